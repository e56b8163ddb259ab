package paddle

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// envelope is a notification, an event of GET /events, or the API's wrapping of
// a single entity.
type envelope struct {
	EventID    kit.Text `json:"event_id"`
	EventType  kit.Text `json:"event_type"`
	OccurredAt kit.Text `json:"occurred_at"`
	Data       kit.Raw  `json:"data"`
}

type subscription struct {
	ID                   kit.Text `json:"id"`
	Status               kit.Text `json:"status"`
	CustomerID           kit.Text `json:"customer_id"`
	CurrencyCode         kit.Text `json:"currency_code"`
	CreatedAt            kit.Text `json:"created_at"`
	StartedAt            kit.Text `json:"started_at"`
	PausedAt             kit.Text `json:"paused_at"`
	CanceledAt           kit.Text `json:"canceled_at"`
	CurrentBillingPeriod *period  `json:"current_billing_period"`
	Discount             *struct {
		ID       kit.Text `json:"id"`
		StartsAt kit.Text `json:"starts_at"`
		EndsAt   kit.Text `json:"ends_at"`
	} `json:"discount"`
	ScheduledChange *struct {
		Action      kit.Text `json:"action"`
		EffectiveAt kit.Text `json:"effective_at"`
		ResumeAt    kit.Text `json:"resume_at"`
	} `json:"scheduled_change"`
	Items []item `json:"items"`
}

type period struct {
	StartsAt kit.Text `json:"starts_at"`
	EndsAt   kit.Text `json:"ends_at"`
}

type item struct {
	Price      *price   `json:"price"`
	PriceID    kit.Text `json:"price_id"` // of transactions
	Quantity   kit.Text `json:"quantity"`
	Recurring  *bool    `json:"recurring"`
	CreatedAt  kit.Text `json:"created_at"`
	TrialDates *period  `json:"trial_dates"`
}

type price struct {
	ID           kit.Text   `json:"id"`
	ProductID    kit.Text   `json:"product_id"`
	TaxMode      kit.Text   `json:"tax_mode"`
	BillingCycle *cycle     `json:"billing_cycle"`
	UnitPrice    unitPrice  `json:"unit_price"`
	Overrides    []override `json:"unit_price_overrides"`
}

type cycle struct {
	Interval  kit.Text `json:"interval"`
	Frequency kit.Text `json:"frequency"`
}

type unitPrice struct {
	Amount       kit.Text `json:"amount"`
	CurrencyCode kit.Text `json:"currency_code"`
}

type override struct {
	UnitPrice unitPrice `json:"unit_price"`
}

type discount struct {
	ID                        kit.Text   `json:"id"`
	Type                      kit.Text   `json:"type"`
	Amount                    kit.Text   `json:"amount"`
	CurrencyCode              kit.Text   `json:"currency_code"`
	Recur                     bool       `json:"recur"`
	MaximumRecurringIntervals kit.Text   `json:"maximum_recurring_intervals"`
	RestrictTo                []kit.Text `json:"restrict_to"`
}

type transaction struct {
	ID             kit.Text `json:"id"`
	Status         kit.Text `json:"status"`
	CustomerID     kit.Text `json:"customer_id"`
	CurrencyCode   kit.Text `json:"currency_code"`
	SubscriptionID kit.Text `json:"subscription_id"`
	InvoiceID      kit.Text `json:"invoice_id"`
	CreatedAt      kit.Text `json:"created_at"`
	BilledAt       kit.Text `json:"billed_at"`
	BillingPeriod  *period  `json:"billing_period"`
	Items          []item   `json:"items"`
	Payments       []struct {
		Status     kit.Text `json:"status"`
		CapturedAt kit.Text `json:"captured_at"`
	} `json:"payments"`
	Details struct {
		LineItems []line `json:"line_items"`
	} `json:"details"`
}

type line struct {
	ID        kit.Text `json:"id"`
	PriceID   kit.Text `json:"price_id"`
	Quantity  kit.Text `json:"quantity"`
	Proration *struct {
		Rate          kit.Text `json:"rate"`
		BillingPeriod *period  `json:"billing_period"`
	} `json:"proration"`
	Totals struct {
		Subtotal kit.Text `json:"subtotal"`
		Discount kit.Text `json:"discount"`
		Tax      kit.Text `json:"tax"`
	} `json:"totals"`
}
