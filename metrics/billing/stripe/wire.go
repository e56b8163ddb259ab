package stripe

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// The wire structs hold what is used of Stripe's objects, in every shape the
// API has given them: before and after version 2025-03-31, and old objects that
// know plans only. Numbers stay text.

// list is a list nested in an object: one page of it.
type list[T any] struct {
	Data    []T  `json:"data"`
	HasMore bool `json:"has_more"`
	// TotalCount is of lists before 2015, or when asked for; Count of 2013.
	TotalCount kit.Text `json:"total_count"`
	Count      kit.Text `json:"count"`
}

type event struct {
	ID       kit.Text `json:"id"`
	Type     kit.Text `json:"type"`
	Created  kit.Text `json:"created"`
	Livemode *bool    `json:"livemode"`
	Data     struct {
		Object kit.Raw `json:"object"`
	} `json:"data"`
}

type subscription struct {
	ID              kit.Text          `json:"id"`
	Livemode        *bool             `json:"livemode"`
	Status          kit.Text          `json:"status"`
	Customer        kit.Ref[customer] `json:"customer"`
	CustomerAccount kit.Text          `json:"customer_account"`
	Currency        kit.Text          `json:"currency"`

	Created            kit.Text `json:"created"`
	StartDate          kit.Text `json:"start_date"`
	Start              kit.Text `json:"start"` // before 2019-10-17: of the last change
	EndedAt            kit.Text `json:"ended_at"`
	CanceledAt         kit.Text `json:"canceled_at"`
	CancelAt           kit.Text `json:"cancel_at"`
	CancelAtPeriodEnd  bool     `json:"cancel_at_period_end"`
	CurrentPeriodStart kit.Text `json:"current_period_start"` // on the items since 2025-03-31
	CurrentPeriodEnd   kit.Text `json:"current_period_end"`
	TrialStart         kit.Text `json:"trial_start"`
	TrialEnd           kit.Text `json:"trial_end"`
	PauseCollection    *struct {
		Behavior  kit.Text `json:"behavior"`
		ResumesAt kit.Text `json:"resumes_at"`
	} `json:"pause_collection"`
	CancellationDetails *struct {
		Reason kit.Text `json:"reason"`
	} `json:"cancellation_details"`
	TestClock kit.Ref[kit.Object] `json:"test_clock"`

	Schedule kit.Ref[schedule] `json:"schedule"`
	Items    *list[item]       `json:"items"`
	Plan     *plan             `json:"plan"` // the only one, before there were items
	Quantity kit.Text          `json:"quantity"`

	Discount        *discount           `json:"discount"` // before there were several
	Discounts       []kit.Ref[discount] `json:"discounts"`
	DefaultTaxRates []kit.Ref[taxRate]  `json:"default_tax_rates"`
	TaxPercent      kit.Text            `json:"tax_percent"` // before there were rates
}

type customer struct {
	kit.Object
	Discount *discount `json:"discount"`
}

type item struct {
	ID                 kit.Text            `json:"id"`
	Created            kit.Text            `json:"created"`
	Quantity           kit.Text            `json:"quantity"`
	QuantityDecimal    kit.Text            `json:"quantity_decimal"`
	Price              kit.Ref[price]      `json:"price"`
	Plan               *plan               `json:"plan"`
	Discounts          []kit.Ref[discount] `json:"discounts"`
	TaxRates           []kit.Ref[taxRate]  `json:"tax_rates"`
	CurrentPeriodStart kit.Text            `json:"current_period_start"`
	CurrentPeriodEnd   kit.Text            `json:"current_period_end"`
}

type price struct {
	kit.Object
	Product           kit.Ref[kit.Object] `json:"product"`
	Currency          kit.Text            `json:"currency"`
	BillingScheme     kit.Text            `json:"billing_scheme"`
	Type              kit.Text            `json:"type"`
	TaxBehavior       kit.Text            `json:"tax_behavior"`
	UnitAmount        kit.Text            `json:"unit_amount"`
	UnitAmountDecimal kit.Text            `json:"unit_amount_decimal"`
	TiersMode         kit.Text            `json:"tiers_mode"`
	Tiers             []tier              `json:"tiers"`
	Transform         *transform          `json:"transform_quantity"`
	CurrencyOptions   map[string]struct {
		UnitAmount        kit.Text `json:"unit_amount"`
		UnitAmountDecimal kit.Text `json:"unit_amount_decimal"`
		TaxBehavior       kit.Text `json:"tax_behavior"`
		Tiers             []tier   `json:"tiers"`
	} `json:"currency_options"`
	Recurring *recurring `json:"recurring"`
}

type recurring struct {
	Interval      kit.Text `json:"interval"`
	IntervalCount kit.Text `json:"interval_count"`
	UsageType     kit.Text `json:"usage_type"`
}

type tier struct {
	UpTo              kit.Text `json:"up_to"`
	UnitAmount        kit.Text `json:"unit_amount"`
	UnitAmountDecimal kit.Text `json:"unit_amount_decimal"`
	FlatAmount        kit.Text `json:"flat_amount"`
	FlatAmountDecimal kit.Text `json:"flat_amount_decimal"`
	Amount            kit.Text `json:"amount"` // plans of 2018
}

type transform struct {
	DivideBy kit.Text `json:"divide_by"`
	Round    kit.Text `json:"round"`
}

type plan struct {
	ID            kit.Text            `json:"id"`
	Product       kit.Ref[kit.Object] `json:"product"`
	Currency      kit.Text            `json:"currency"`
	BillingScheme kit.Text            `json:"billing_scheme"`
	Amount        kit.Text            `json:"amount"`
	AmountDecimal kit.Text            `json:"amount_decimal"`
	Interval      kit.Text            `json:"interval"`
	IntervalCount kit.Text            `json:"interval_count"`
	UsageType     kit.Text            `json:"usage_type"`
	TiersMode     kit.Text            `json:"tiers_mode"`
	Tiers         []tier              `json:"tiers"`
	Transform     *transform          `json:"transform_usage"`
}

type discount struct {
	kit.Object
	Coupon kit.Ref[coupon] `json:"coupon"` // until 2025-08
	Source *struct {
		Coupon kit.Ref[coupon] `json:"coupon"`
	} `json:"source"`
	Start kit.Text `json:"start"`
	End   kit.Text `json:"end"`
}

type coupon struct {
	kit.Object
	PercentOff       kit.Text `json:"percent_off"`
	AmountOff        kit.Text `json:"amount_off"`
	Currency         kit.Text `json:"currency"`
	Duration         kit.Text `json:"duration"`
	DurationInMonths kit.Text `json:"duration_in_months"`
	CurrencyOptions  map[string]struct {
		AmountOff kit.Text `json:"amount_off"`
	} `json:"currency_options"`
	AppliesTo *struct {
		Products []kit.Text `json:"products"`
	} `json:"applies_to"`
}

type taxRate struct {
	kit.Object
	Inclusive  bool     `json:"inclusive"`
	Percentage kit.Text `json:"percentage"`
}

type invoice struct {
	ID                kit.Text          `json:"id"`
	Livemode          *bool             `json:"livemode"`
	Status            kit.Text          `json:"status"`
	Paid              *bool             `json:"paid"`
	Customer          kit.Ref[customer] `json:"customer"`
	CustomerAccount   kit.Text          `json:"customer_account"`
	Currency          kit.Text          `json:"currency"`
	Created           kit.Text          `json:"created"`
	Date              kit.Text          `json:"date"` // before 2019-03-14
	StatusTransitions struct {
		FinalizedAt kit.Text `json:"finalized_at"`
		PaidAt      kit.Text `json:"paid_at"`
	} `json:"status_transitions"`
	Subscription kit.Ref[kit.Object] `json:"subscription"` // until 2025-03-31
	Parent       struct {
		SubscriptionDetails *struct {
			Subscription kit.Ref[kit.Object] `json:"subscription"`
		} `json:"subscription_details"`
	} `json:"parent"`
	TestClock     kit.Ref[kit.Object]   `json:"test_clock"`
	Lines         *list[line]           `json:"lines"`
	Charge        kit.Ref[kit.Object]   `json:"charge"`         // until 2025-03-31
	PaymentIntent kit.Ref[kit.Object]   `json:"payment_intent"` // likewise
	Payments      *list[invoicePayment] `json:"payments"`       // since, if expanded
}

type line struct {
	ID              kit.Text `json:"id"`
	Type            kit.Text `json:"type"` // until 2025-03-31
	Amount          kit.Text `json:"amount"`
	Currency        kit.Text `json:"currency"`
	Quantity        kit.Text `json:"quantity"`
	QuantityDecimal kit.Text `json:"quantity_decimal"`
	Proration       bool     `json:"proration"` // until 2025-03-31
	Period          struct {
		Start kit.Text `json:"start"`
		End   kit.Text `json:"end"`
	} `json:"period"`
	Price            kit.Ref[price]      `json:"price"` // until 2025-03-31
	Plan             *plan               `json:"plan"`  // until 2025-03-31
	Subscription     kit.Ref[kit.Object] `json:"subscription"`
	SubscriptionItem kit.Text            `json:"subscription_item"`
	DiscountAmounts  []struct {
		Amount kit.Text `json:"amount"`
	} `json:"discount_amounts"`
	TaxAmounts []struct {
		Amount    kit.Text `json:"amount"`
		Inclusive bool     `json:"inclusive"`
	} `json:"tax_amounts"`
	Taxes []struct {
		Amount      kit.Text `json:"amount"`
		TaxBehavior kit.Text `json:"tax_behavior"`
	} `json:"taxes"`
	Parent struct {
		Type             kit.Text    `json:"type"`
		InvoiceItem      *lineParent `json:"invoice_item_details"`
		SubscriptionItem *lineParent `json:"subscription_item_details"`
	} `json:"parent"`
	Pricing struct {
		PriceDetails struct {
			Price   kit.Ref[price]      `json:"price"`
			Product kit.Ref[kit.Object] `json:"product"`
		} `json:"price_details"`
	} `json:"pricing"`
}

type lineParent struct {
	Proration        bool                `json:"proration"`
	Subscription     kit.Ref[kit.Object] `json:"subscription"`
	SubscriptionItem kit.Text            `json:"subscription_item"`
}

type refund struct {
	kit.Object
	Amount        kit.Text           `json:"amount"`
	Currency      kit.Text           `json:"currency"`
	Created       kit.Text           `json:"created"`
	Status        kit.Text           `json:"status"`
	Charge        kit.Ref[chargeRef] `json:"charge"`
	PaymentIntent kit.Ref[intentRef] `json:"payment_intent"`
}

type chargeRef struct {
	kit.Object
	Customer      kit.Ref[kit.Object] `json:"customer"`
	Invoice       kit.Ref[kit.Object] `json:"invoice"` // until 2025-03-31
	PaymentIntent kit.Ref[kit.Object] `json:"payment_intent"`
}

type chargeObject struct {
	chargeRef
	Refunds *list[refund] `json:"refunds"` // until 2022-11-15, or expanded
}

type intentRef struct {
	kit.Object
	Customer     kit.Ref[kit.Object] `json:"customer"`
	Invoice      kit.Ref[kit.Object] `json:"invoice"`       // until 2025-03-31
	LatestCharge kit.Ref[kit.Object] `json:"latest_charge"` // since 2022-11-15
}

type invoicePayment struct {
	Status  kit.Text            `json:"status"`
	Invoice kit.Ref[kit.Object] `json:"invoice"`
	Payment struct {
		Charge        kit.Ref[kit.Object] `json:"charge"`
		PaymentIntent kit.Ref[kit.Object] `json:"payment_intent"`
	} `json:"payment"`
}
