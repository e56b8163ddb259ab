package journeymap

import (
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// paths are the ways of customers through touchpoints that are not pruned, most
// frequent first, until they cover the share asked for: the variants of the log
// whose events are the touchpoints met. Whoever met only what was pruned has an
// empty way.
func (n *counter) paths() ([]Pathway, error) {
	met, customers, err := n.met()
	if err != nil {
		return nil, err
	}
	table, err := mining.Variants(met, mining.Options{})
	if err != nil {
		return nil, err
	}
	all := table.All()
	if none := customers - table.Customers(); none > 0 {
		k := 0
		for k < len(all) && all[k].N > none {
			k++
		}
		all = append(all[:k:k], append([]mining.Variant{{N: none}}, all[k:]...)...)
	}
	var out []Pathway
	covered := int64(0)
	for _, v := range all {
		if len(out) >= n.o.MaxPaths || float64(covered) >= n.o.Cover*float64(customers) {
			break
		}
		covered += v.N
		out = append(out, Pathway{Steps: listed(v.Activities), N: v.N, Share: metrics.NewCount(v.N, customers)})
	}
	return out, nil
}

// met is the log of the touchpoints met, and how many customers met any, pruned
// ones too.
func (n *counter) met() (*touchpoint.Log, int64, error) {
	var all touchpoint.Numbered
	number := map[string]uint16{} // touchpoints of one name are one
	place := make([]uint16, len(n.names))
	for k, name := range n.names {
		at, ok := number[name]
		if !ok {
			at = uint16(len(all.Names))
			number[name] = at
			all.Names = append(all.Names, name)
		}
		place[k] = at
	}
	size := len(n.where)
	all.Customer, all.Name, all.UnixNano = make([]uint32, 0, size), make([]uint16, 0, size), make([]int64, 0, size)
	all.Customers = make([]string, n.cols.Customers())
	customers := int64(0)
	for c := range n.cols.Customers() {
		all.Customers[c] = n.log.Customer(c)
		from, to := n.cols.Range(c)
		observed := false
		for i := from; i < to; i++ {
			k := n.where[i]
			if k < 0 {
				continue
			}
			observed = true
			if !n.cells[k].pruned {
				all.Customer = append(all.Customer, uint32(c))
				all.Name = append(all.Name, place[int(k)%len(n.names)])
				all.UnixNano = append(all.UnixNano, n.cols.UnixNano[i])
			}
		}
		if observed {
			customers++
		}
	}
	log, err := touchpoint.NewLogOf(all)
	return log, customers, err
}

// listed is a way, cut where it is too long to read.
func listed(steps []string) []string {
	if len(steps) > maxSteps {
		return append(steps[:maxSteps:maxSteps], "…")
	}
	return steps
}
