package stripe

import "github.com/lifecycle-go/lifecycle/metrics/billing/importer"

// The wire structs hold what is used of Stripe's objects, in every shape the
// API has given them: before and after version 2025-03-31, and old objects that
// know plans only. Numbers stay text.

type text = importer.Text

// list is a list nested in an object: one page of it.
type list[T any] struct {
	Data    []T  `json:"data"`
	HasMore bool `json:"has_more"`
	// TotalCount is of lists before 2015, or when asked for; Count of 2013.
	TotalCount text `json:"total_count"`
	Count      text `json:"count"`
}

type event struct {
	ID       text  `json:"id"`
	Type     text  `json:"type"`
	Created  text  `json:"created"`
	Livemode *bool `json:"livemode"`
	Data     struct {
		Object importer.Raw `json:"object"`
	} `json:"data"`
}

type subscription struct {
	ID              text                   `json:"id"`
	Livemode        *bool                  `json:"livemode"`
	Status          text                   `json:"status"`
	Customer        importer.Ref[customer] `json:"customer"`
	CustomerAccount text                   `json:"customer_account"`
	Currency        text                   `json:"currency"`

	Created            text `json:"created"`
	StartDate          text `json:"start_date"`
	Start              text `json:"start"` // before 2019-10-17: of the last change
	EndedAt            text `json:"ended_at"`
	CanceledAt         text `json:"canceled_at"`
	CancelAt           text `json:"cancel_at"`
	CancelAtPeriodEnd  bool `json:"cancel_at_period_end"`
	CurrentPeriodStart text `json:"current_period_start"` // on the items since 2025-03-31
	CurrentPeriodEnd   text `json:"current_period_end"`
	TrialStart         text `json:"trial_start"`
	TrialEnd           text `json:"trial_end"`
	PauseCollection    *struct {
		Behavior  text `json:"behavior"`
		ResumesAt text `json:"resumes_at"`
	} `json:"pause_collection"`
	CancellationDetails *struct {
		Reason text `json:"reason"`
	} `json:"cancellation_details"`
	TestClock importer.Ref[struct{}] `json:"test_clock"`

	Items    *list[item] `json:"items"`
	Plan     *plan       `json:"plan"` // the only one, before there were items
	Quantity text        `json:"quantity"`

	Discount        *discount                `json:"discount"` // before there were several
	Discounts       []importer.Ref[discount] `json:"discounts"`
	DefaultTaxRates []importer.Ref[taxRate]  `json:"default_tax_rates"`
	TaxPercent      text                     `json:"tax_percent"` // before there were rates
}

type customer struct {
	Discount *discount `json:"discount"`
}

type item struct {
	ID                 text                     `json:"id"`
	Created            text                     `json:"created"`
	Quantity           text                     `json:"quantity"`
	QuantityDecimal    text                     `json:"quantity_decimal"`
	Price              importer.Ref[price]      `json:"price"`
	Plan               *plan                    `json:"plan"`
	Discounts          []importer.Ref[discount] `json:"discounts"`
	TaxRates           []importer.Ref[taxRate]  `json:"tax_rates"`
	CurrentPeriodStart text                     `json:"current_period_start"`
	CurrentPeriodEnd   text                     `json:"current_period_end"`
}

type price struct {
	ID                text                   `json:"id"`
	Product           importer.Ref[struct{}] `json:"product"`
	Currency          text                   `json:"currency"`
	BillingScheme     text                   `json:"billing_scheme"`
	Type              text                   `json:"type"`
	TaxBehavior       text                   `json:"tax_behavior"`
	UnitAmount        text                   `json:"unit_amount"`
	UnitAmountDecimal text                   `json:"unit_amount_decimal"`
	TiersMode         text                   `json:"tiers_mode"`
	Tiers             []tier                 `json:"tiers"`
	Transform         *transform             `json:"transform_quantity"`
	CurrencyOptions   map[string]struct {
		UnitAmount        text   `json:"unit_amount"`
		UnitAmountDecimal text   `json:"unit_amount_decimal"`
		TaxBehavior       text   `json:"tax_behavior"`
		Tiers             []tier `json:"tiers"`
	} `json:"currency_options"`
	Recurring *recurring `json:"recurring"`
}

type recurring struct {
	Interval      text `json:"interval"`
	IntervalCount text `json:"interval_count"`
	UsageType     text `json:"usage_type"`
}

type tier struct {
	UpTo              text `json:"up_to"`
	UnitAmount        text `json:"unit_amount"`
	UnitAmountDecimal text `json:"unit_amount_decimal"`
	FlatAmount        text `json:"flat_amount"`
	FlatAmountDecimal text `json:"flat_amount_decimal"`
	Amount            text `json:"amount"` // plans of 2018
}

type transform struct {
	DivideBy text `json:"divide_by"`
	Round    text `json:"round"`
}

type plan struct {
	ID            text                   `json:"id"`
	Product       importer.Ref[struct{}] `json:"product"`
	Currency      text                   `json:"currency"`
	BillingScheme text                   `json:"billing_scheme"`
	Amount        text                   `json:"amount"`
	AmountDecimal text                   `json:"amount_decimal"`
	Interval      text                   `json:"interval"`
	IntervalCount text                   `json:"interval_count"`
	UsageType     text                   `json:"usage_type"`
	TiersMode     text                   `json:"tiers_mode"`
	Tiers         []tier                 `json:"tiers"`
	Transform     *transform             `json:"transform_usage"`
}

type discount struct {
	ID     text                 `json:"id"`
	Coupon importer.Ref[coupon] `json:"coupon"` // until 2025-08
	Source *struct {
		Coupon importer.Ref[coupon] `json:"coupon"`
	} `json:"source"`
	Start text `json:"start"`
	End   text `json:"end"`
}

type coupon struct {
	ID               text `json:"id"`
	PercentOff       text `json:"percent_off"`
	AmountOff        text `json:"amount_off"`
	Currency         text `json:"currency"`
	Duration         text `json:"duration"`
	DurationInMonths text `json:"duration_in_months"`
	CurrencyOptions  map[string]struct {
		AmountOff text `json:"amount_off"`
	} `json:"currency_options"`
	AppliesTo *struct {
		Products []text `json:"products"`
	} `json:"applies_to"`
}

type taxRate struct {
	Inclusive  bool `json:"inclusive"`
	Percentage text `json:"percentage"`
}

type invoice struct {
	ID                text                   `json:"id"`
	Livemode          *bool                  `json:"livemode"`
	Status            text                   `json:"status"`
	Paid              *bool                  `json:"paid"`
	Customer          importer.Ref[customer] `json:"customer"`
	CustomerAccount   text                   `json:"customer_account"`
	Currency          text                   `json:"currency"`
	Created           text                   `json:"created"`
	Date              text                   `json:"date"` // before 2019-03-14
	StatusTransitions struct {
		FinalizedAt text `json:"finalized_at"`
	} `json:"status_transitions"`
	Subscription importer.Ref[struct{}] `json:"subscription"` // until 2025-03-31
	Parent       struct {
		SubscriptionDetails *struct {
			Subscription importer.Ref[struct{}] `json:"subscription"`
		} `json:"subscription_details"`
	} `json:"parent"`
	TestClock importer.Ref[struct{}] `json:"test_clock"`
	Lines     *list[line]            `json:"lines"`
}

type line struct {
	ID              text `json:"id"`
	Type            text `json:"type"` // until 2025-03-31
	Amount          text `json:"amount"`
	Currency        text `json:"currency"`
	Quantity        text `json:"quantity"`
	QuantityDecimal text `json:"quantity_decimal"`
	Proration       bool `json:"proration"` // until 2025-03-31
	Period          struct {
		Start text `json:"start"`
		End   text `json:"end"`
	} `json:"period"`
	Price            importer.Ref[price]    `json:"price"` // until 2025-03-31
	Plan             *plan                  `json:"plan"`  // until 2025-03-31
	Subscription     importer.Ref[struct{}] `json:"subscription"`
	SubscriptionItem text                   `json:"subscription_item"`
	DiscountAmounts  []struct {
		Amount text `json:"amount"`
	} `json:"discount_amounts"`
	TaxAmounts []struct {
		Amount    text `json:"amount"`
		Inclusive bool `json:"inclusive"`
	} `json:"tax_amounts"`
	Taxes []struct {
		Amount      text `json:"amount"`
		TaxBehavior text `json:"tax_behavior"`
	} `json:"taxes"`
	Parent struct {
		Type             text        `json:"type"`
		InvoiceItem      *lineParent `json:"invoice_item_details"`
		SubscriptionItem *lineParent `json:"subscription_item_details"`
	} `json:"parent"`
	Pricing struct {
		PriceDetails struct {
			Price   importer.Ref[price]    `json:"price"`
			Product importer.Ref[struct{}] `json:"product"`
		} `json:"price_details"`
	} `json:"pricing"`
}

type lineParent struct {
	Proration        bool                   `json:"proration"`
	Subscription     importer.Ref[struct{}] `json:"subscription"`
	SubscriptionItem text                   `json:"subscription_item"`
}
