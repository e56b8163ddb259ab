package chargebee

import "github.com/lifecycle-go/lifecycle/metrics/billing/importer"

type text = importer.Text

// wrapper is an event, an element of a list, or a single object as the API wraps
// it.
type wrapper struct {
	ID         text         `json:"id"`
	EventType  text         `json:"event_type"`
	OccurredAt text         `json:"occurred_at"`
	Content    importer.Raw `json:"content"`
}

type subscription struct {
	ID                     text       `json:"id"`
	CustomerID             text       `json:"customer_id"`
	CurrencyCode           text       `json:"currency_code"`
	Status                 text       `json:"status"`
	BillingPeriod          text       `json:"billing_period"`
	BillingPeriodUnit      text       `json:"billing_period_unit"`
	RemainingBillingCycles text       `json:"remaining_billing_cycles"`
	ContractTerm           *struct{}  `json:"contract_term"`
	CreatedAt              text       `json:"created_at"`
	StartDate              text       `json:"start_date"`
	StartedAt              text       `json:"started_at"`
	ActivatedAt            text       `json:"activated_at"`
	TrialStart             text       `json:"trial_start"`
	TrialEnd               text       `json:"trial_end"`
	CurrentTermStart       text       `json:"current_term_start"`
	CurrentTermEnd         text       `json:"current_term_end"`
	CancelledAt            text       `json:"cancelled_at"`
	CancelScheduledAt      text       `json:"cancel_schedule_created_at"`
	CancelReason           text       `json:"cancel_reason"`
	PauseDate              text       `json:"pause_date"`
	ResumeDate             text       `json:"resume_date"`
	DueSince               text       `json:"due_since"`
	Deleted                bool       `json:"deleted"`
	ResourceVersion        text       `json:"resource_version"`
	Items                  []item     `json:"subscription_items"`
	Tiers                  []tier     `json:"item_tiers"`
	Discounts              []discount `json:"discounts"`
	Coupons                []struct {
		CouponID  text `json:"coupon_id"`
		ApplyTill text `json:"apply_till"`
	} `json:"coupons"`

	// Product catalogue 1.0.
	PlanID                 text `json:"plan_id"`
	PlanQuantity           text `json:"plan_quantity"`
	PlanQuantityInDecimal  text `json:"plan_quantity_in_decimal"`
	PlanUnitPrice          text `json:"plan_unit_price"`
	PlanUnitPriceInDecimal text `json:"plan_unit_price_in_decimal"`
	PlanAmount             text `json:"plan_amount"`
	PlanAmountInDecimal    text `json:"plan_amount_in_decimal"`
	PlanFreeQuantity       text `json:"plan_free_quantity"`
	Addons                 []struct {
		ID                 text `json:"id"`
		Quantity           text `json:"quantity"`
		QuantityInDecimal  text `json:"quantity_in_decimal"`
		UnitPrice          text `json:"unit_price"`
		UnitPriceInDecimal text `json:"unit_price_in_decimal"`
		Amount             text `json:"amount"`
		AmountInDecimal    text `json:"amount_in_decimal"`
		TrialEnd           text `json:"trial_end"`
	} `json:"addons"`
}

type item struct {
	ItemPriceID           text `json:"item_price_id"`
	ItemType              text `json:"item_type"`
	Quantity              text `json:"quantity"`
	QuantityInDecimal     text `json:"quantity_in_decimal"`
	MeteredQuantity       text `json:"metered_quantity"`
	UnitPrice             text `json:"unit_price"`
	UnitPriceInDecimal    text `json:"unit_price_in_decimal"`
	Amount                text `json:"amount"`
	AmountInDecimal       text `json:"amount_in_decimal"`
	FreeQuantity          text `json:"free_quantity"`
	FreeQuantityInDecimal text `json:"free_quantity_in_decimal"`
	TrialEnd              text `json:"trial_end"`
	BillingPeriod         text `json:"billing_period"`
	BillingPeriodUnit     text `json:"billing_period_unit"`
}

type tier struct {
	ItemPriceID         text `json:"item_price_id"`
	EndingUnit          text `json:"ending_unit"`
	EndingUnitInDecimal text `json:"ending_unit_in_decimal"`
	Price               text `json:"price"`
	PriceInDecimal      text `json:"price_in_decimal"`
	PricingType         text `json:"pricing_type"`
}

type itemPrice struct {
	ID           text `json:"id"`
	Period       text `json:"period"`
	PeriodUnit   text `json:"period_unit"`
	PricingModel text `json:"pricing_model"`
	Metered      bool `json:"metered"`
}

type discount struct {
	ID            text  `json:"id"`
	CouponID      text  `json:"coupon_id"`
	Type          text  `json:"type"`
	Percentage    text  `json:"percentage"`
	Amount        text  `json:"amount"`
	CurrencyCode  text  `json:"currency_code"`
	DurationType  text  `json:"duration_type"`
	Period        text  `json:"period"`
	PeriodUnit    text  `json:"period_unit"`
	IncludedInMRR *bool `json:"included_in_mrr"`
	ApplyOn       text  `json:"apply_on"`
	ItemPriceID   text  `json:"item_price_id"`
	CreatedAt     text  `json:"created_at"`
	ApplyTill     text  `json:"apply_till"`
}

type coupon struct {
	ID                 text  `json:"id"`
	DiscountType       text  `json:"discount_type"`
	DiscountPercentage text  `json:"discount_percentage"`
	DiscountAmount     text  `json:"discount_amount"`
	CurrencyCode       text  `json:"currency_code"`
	DurationType       text  `json:"duration_type"`
	DurationMonth      text  `json:"duration_month"`
	Period             text  `json:"period"`
	PeriodUnit         text  `json:"period_unit"`
	IncludedInMRR      *bool `json:"included_in_mrr"`
	ApplyOn            text  `json:"apply_on"`
}

type invoice struct {
	ID              text   `json:"id"`
	CustomerID      text   `json:"customer_id"`
	SubscriptionID  text   `json:"subscription_id"`
	Status          text   `json:"status"`
	Date            text   `json:"date"`
	CurrencyCode    text   `json:"currency_code"`
	PriceType       text   `json:"price_type"`
	Deleted         bool   `json:"deleted"`
	ResourceVersion text   `json:"resource_version"`
	LineItems       []line `json:"line_items"`
}

type line struct {
	ID                text `json:"id"`
	SubscriptionID    text `json:"subscription_id"`
	EntityType        text `json:"entity_type"`
	EntityID          text `json:"entity_id"`
	DateFrom          text `json:"date_from"`
	DateTo            text `json:"date_to"`
	Quantity          text `json:"quantity"`
	QuantityInDecimal text `json:"quantity_in_decimal"`
	Amount            text `json:"amount"`
	AmountInDecimal   text `json:"amount_in_decimal"`
	DiscountAmount    text `json:"discount_amount"`
	TaxAmount         text `json:"tax_amount"`
	Metered           bool `json:"metered"`
}
