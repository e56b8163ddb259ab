package policy

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Metric names one total that Reconcile explains. The zero Metric is the MRR
// at the end of the month.
type Metric uint8

// The metrics: the month's closing, its bridge, and the churn rate.
const (
	MetricMRR          Metric = iota // at the end of the month
	MetricNew                        // of customers who never paid before
	MetricExpansion                  // more from customers who stay
	MetricReactivation               // of customers who return
	MetricContraction                // less from customers who stay
	MetricChurn                      // of customers who go to zero
	MetricFX                         // revaluation of other currencies
	MetricChurned                    // numerator of the customer churn rate, in heads
	MetricChurnBase                  // its denominator

	metricsEnd
)

var metricNames = enum.New[Metric]("policy", "Metric", "mrr", "new", "expansion", "reactivation", "contraction", "churn", "fx", "churned-customers", "churn-base")

// String is the name that MarshalText writes; "Metric(99)" for a value that is
// none.
func (m Metric) String() string { return metricNames.String(m) }

// MarshalText writes the name.
func (m Metric) MarshalText() ([]byte, error) { return metricNames.Marshal(m) }

// UnmarshalText reads what MarshalText writes.
func (m *Metric) UnmarshalText(name []byte) error { return metricNames.Unmarshal(m, name) }

// Value is the name, for a column of text.
func (m Metric) Value() (driver.Value, error) { return metricNames.Value(m) }

// Scan reads a name from a column of text; NULL is the zero Metric.
func (m *Metric) Scan(src any) error { return metricNames.Scan(m, src) }

// Heads reports whether the metric counts customers and not money.
func (m Metric) Heads() bool { return m == MetricChurned || m == MetricChurnBase }

// Metrics are all metrics in their order.
func Metrics() []Metric {
	out := make([]Metric, metricsEnd)
	for m := range out {
		out[m] = Metric(m)
	}
	return out
}

// metricOf is the line of the bridge that a kind of movement is in.
func metricOf(k ledger.Kind) Metric {
	switch k {
	case ledger.NewBusiness:
		return MetricNew
	case ledger.Expansion:
		return MetricExpansion
	case ledger.Reactivation:
		return MetricReactivation
	case ledger.Contraction:
		return MetricContraction
	default:
		return MetricChurn
	}
}
