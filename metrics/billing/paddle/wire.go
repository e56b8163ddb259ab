package paddle

import "github.com/lifecycle-go/lifecycle/metrics/billing/importer"

type text = importer.Text

// envelope is a notification, an event of GET /events, or the API's wrapping of
// a single entity.
type envelope struct {
	EventID    text         `json:"event_id"`
	EventType  text         `json:"event_type"`
	OccurredAt text         `json:"occurred_at"`
	Data       importer.Raw `json:"data"`
}

type subscription struct {
	ID                   text    `json:"id"`
	Status               text    `json:"status"`
	CustomerID           text    `json:"customer_id"`
	CurrencyCode         text    `json:"currency_code"`
	CreatedAt            text    `json:"created_at"`
	StartedAt            text    `json:"started_at"`
	PausedAt             text    `json:"paused_at"`
	CanceledAt           text    `json:"canceled_at"`
	CurrentBillingPeriod *period `json:"current_billing_period"`
	Discount             *struct {
		ID       text `json:"id"`
		StartsAt text `json:"starts_at"`
		EndsAt   text `json:"ends_at"`
	} `json:"discount"`
	ScheduledChange *struct {
		Action      text `json:"action"`
		EffectiveAt text `json:"effective_at"`
		ResumeAt    text `json:"resume_at"`
	} `json:"scheduled_change"`
	Items []item `json:"items"`
}

type period struct {
	StartsAt text `json:"starts_at"`
	EndsAt   text `json:"ends_at"`
}

type item struct {
	Price      *price  `json:"price"`
	PriceID    text    `json:"price_id"` // of transactions
	Quantity   text    `json:"quantity"`
	Recurring  *bool   `json:"recurring"`
	CreatedAt  text    `json:"created_at"`
	TrialDates *period `json:"trial_dates"`
}

type price struct {
	ID           text       `json:"id"`
	ProductID    text       `json:"product_id"`
	TaxMode      text       `json:"tax_mode"`
	BillingCycle *cycle     `json:"billing_cycle"`
	UnitPrice    unitPrice  `json:"unit_price"`
	Overrides    []override `json:"unit_price_overrides"`
}

type cycle struct {
	Interval  text `json:"interval"`
	Frequency text `json:"frequency"`
}

type unitPrice struct {
	Amount       text `json:"amount"`
	CurrencyCode text `json:"currency_code"`
}

type override struct {
	UnitPrice unitPrice `json:"unit_price"`
}

type discount struct {
	ID                        text   `json:"id"`
	Type                      text   `json:"type"`
	Amount                    text   `json:"amount"`
	CurrencyCode              text   `json:"currency_code"`
	Recur                     bool   `json:"recur"`
	MaximumRecurringIntervals text   `json:"maximum_recurring_intervals"`
	RestrictTo                []text `json:"restrict_to"`
}

type transaction struct {
	ID             text    `json:"id"`
	Status         text    `json:"status"`
	CustomerID     text    `json:"customer_id"`
	CurrencyCode   text    `json:"currency_code"`
	SubscriptionID text    `json:"subscription_id"`
	InvoiceID      text    `json:"invoice_id"`
	CreatedAt      text    `json:"created_at"`
	BilledAt       text    `json:"billed_at"`
	BillingPeriod  *period `json:"billing_period"`
	Items          []item  `json:"items"`
	Details        struct {
		LineItems []line `json:"line_items"`
	} `json:"details"`
}

type line struct {
	ID        text `json:"id"`
	PriceID   text `json:"price_id"`
	Quantity  text `json:"quantity"`
	Proration *struct {
		Rate          text    `json:"rate"`
		BillingPeriod *period `json:"billing_period"`
	} `json:"proration"`
	Totals struct {
		Subtotal text `json:"subtotal"`
		Discount text `json:"discount"`
		Tax      text `json:"tax"`
	} `json:"totals"`
}
