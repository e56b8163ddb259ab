package mining

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Variant is one sequence of activities and how many customers went it.
type Variant struct {
	Activities []string      `json:"activities"`
	N          int64         `json:"n"`
	Share      metrics.Ratio `json:"share"`    // of all customers with an activity
	Coverage   metrics.Ratio `json:"coverage"` // this variant and the more frequent ones together
}

// VariantTable is the different journeys of a log. Tables of disjoint customers
// add up with Merge. It is safe for readers in any number of goroutines.
type VariantTable struct {
	options   Options
	filtered  bool
	names     []string   // the activities, ascending
	view      *view      // where the sequences stand …
	seqs      *sequences // … or they themselves, after Merge and decoding
	order     []ranked   // most frequent first
	total     int64
	customers func() *pack.Crowd
}

// Variants finds the different journeys: the sequence of activities of each
// customer. Sequences are compared by their events, not by a hash of them. It
// costs two passes over the events and a sort of the different sequences, which
// stay in the log: memory is half a byte a customer and some thirty bytes a
// variant.
//
// Errors: as [DirectlyFollows], without its bound on activities.
func Variants(log *touchpoint.Log, o Options) (*VariantTable, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	t := &VariantTable{options: o, filtered: o.filtered(), names: v.names, view: v, customers: sync.OnceValue(v.customers)}
	t.order = v.variants()
	t.rank()
	return t, nil
}

// All are the variants, most frequent first, then by their activities.
func (t *VariantTable) All() []Variant { return t.first(len(t.order)) }

// first are the n most frequent ones.
func (t *VariantTable) first(n int) []Variant {
	size, of := 0, t.reader()
	for _, r := range t.order[:n] {
		size += len(of(r.seq))
	}
	all, out, sum := make([]string, 0, size), make([]Variant, n), int64(0)
	for i, r := range t.order[:n] {
		from := len(all)
		for _, id := range of(r.seq) {
			all = append(all, t.names[id])
		}
		sum += int64(r.n)
		out[i] = Variant{
			Activities: all[from:len(all):len(all)], N: int64(r.n),
			Share: metrics.NewCount(int64(r.n), t.total), Coverage: metrics.NewCount(sum, t.total),
		}
	}
	return out
}

// Len is how many variants there are.
func (t *VariantTable) Len() int { return len(t.order) }

// Top are the n most frequent variants, or all where there are fewer.
func (t *VariantTable) Top(n int) []Variant { return t.first(max(0, min(n, len(t.order)))) }

// Customers is how many customers have an activity.
func (t *VariantTable) Customers() int64 { return t.total }

// Covering are the most frequent variants that together cover a share of the
// customers.
func (t *VariantTable) Covering(share metrics.Ratio) []Variant {
	sum := int64(0)
	for i, r := range t.order {
		sum += int64(r.n)
		if c, ok := metrics.NewCount(sum, t.total).Cmp(share); ok && c >= 0 {
			return t.first(i + 1)
		}
	}
	return t.All()
}

// String is a line for each variant.
func (t *VariantTable) String() string {
	var b strings.Builder
	for _, v := range t.All() {
		fmt.Fprintf(&b, "%d %s %s\n", v.N, v.Share.Percent(1), strings.Join(v.Activities, " > "))
	}
	return b.String()
}

// Rows are the variants as cells of a table, titles first.
func (t *VariantTable) Rows() [][]string {
	out := [][]string{{"customers", "share", "coverage", "activities"}}
	for _, v := range t.All() {
		out = append(out, []string{fmt.Sprint(v.N), v.Share.Percent(2), v.Coverage.Percent(2), strings.Join(v.Activities, " > ")})
	}
	return out
}

// MarshalJSON writes customers and the variants.
func (t *VariantTable) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Customers int64     `json:"customers"`
		Variants  []Variant `json:"variants"`
	}{t.total, append([]Variant{}, t.All()...)})
}
