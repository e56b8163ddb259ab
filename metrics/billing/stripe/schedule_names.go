package stripe

import (
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// names are the items of today, which those of a coming phase carry on; in order.
type names struct {
	all                []string
	byPrice, byProduct map[string][]string
}

// add takes in a span of an item; those of one follow each other.
func (t *names) add(s *billing.Span) {
	if n := len(t.all); n > 0 && t.all[n-1] == s.Item {
		return
	}
	t.all = append(t.all, s.Item)
	t.byPrice[s.Plan] = append(t.byPrice[s.Plan], s.Item)
	t.byProduct[s.Product] = append(t.byProduct[s.Product], s.Item)
}

// carry names the items of a phase: as the item of the same price, else of the same
// product, else as the only one where the phase has one item, else by its price. No
// two have one name, or one would end the other.
func (t *names) carry(items []comingItem) []string {
	out := make([]string, len(items))
	taken, looked := map[string]bool{}, map[string]int{}
	free := func(items []string, of string) string {
		for ; looked[of] < len(items); looked[of]++ {
			if item := items[looked[of]]; !taken[item] {
				taken[item] = true
				return item
			}
		}
		return ""
	}
	for j := range items {
		id := string(items[j].price.ID)
		out[j] = free(t.byPrice[id], "price "+id)
	}
	for j := range items {
		if id := items[j].price.Product.ID; out[j] == "" {
			out[j] = free(t.byProduct[id], "product "+id)
		}
	}
	if len(items) == 1 && len(t.all) == 1 {
		out[0] = t.all[0]
	}
	times := map[string]int{}
	for j := range items {
		if out[j] != "" {
			continue
		}
		id := string(items[j].price.ID)
		if times[id]++; times[id] == 1 {
			out[j] = id
		} else {
			out[j] = id + "/" + strconv.Itoa(times[id])
		}
	}
	return out
}
