package attribution

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// CompareOptions say what stands beside the credits.
type CompareOptions struct {
	// Spend is what each touch cost.
	Spend map[string]decimal.Decimal
	// Groups names the group of a touch, such as [OrganicAndPaid]; touches that it
	// does not name are in touchpoint.None. Nil groups nothing.
	Groups map[string]string
}

// Organic, Paid and Own are the groups of [OrganicAndPaid].
const (
	Organic = "organic"
	Paid    = "paid"
	Own     = "own" // mails, calls and meetings of the company's own
)

// OrganicAndPaid groups the channels of package touchpoint: what is paid for by
// the click or the view, what comes by itself, and what the company does on its
// own account. It is data: take it, and change what is otherwise with you.
func OrganicAndPaid() map[string]string {
	out := map[string]string{}
	for group, channels := range map[string][]touchpoint.Channel{
		Paid: {
			touchpoint.PaidShopping, touchpoint.PaidSearch, touchpoint.PaidSocial, touchpoint.PaidVideo, touchpoint.PaidOther,
			touchpoint.CrossNetwork, touchpoint.Display, touchpoint.Affiliates, touchpoint.Audio,
		},
		Organic: {
			touchpoint.Direct, touchpoint.OrganicShopping, touchpoint.OrganicSocial, touchpoint.OrganicVideo, touchpoint.OrganicSearch,
			touchpoint.AIAssistant, touchpoint.Referral, touchpoint.Community, touchpoint.Reviews, touchpoint.WordOfMouth,
		},
		Own: {
			touchpoint.Email, touchpoint.SMS, touchpoint.MobilePush, touchpoint.Website, touchpoint.InApp, touchpoint.Chat,
			touchpoint.Phone, touchpoint.Meeting, touchpoint.OutboundSales,
		},
	} {
		for _, c := range channels {
			out[string(c)] = group
		}
	}
	return out
}

// Compared is the credits of several models beside each other.
type Compared struct {
	Models []Model        `json:"models"`
	Keys   []ComparedLine `json:"touches"`          // ascending; those with a credit or spend
	Groups []ComparedLine `json:"groups,omitempty"` // ascending; sums of their touches
}

// ComparedLine is one touch, or one group, under every model.
type ComparedLine struct {
	Key   string          `json:"key"`
	Group string          `json:"group,omitempty"`
	Spend decimal.Decimal `json:"spend"`
	// Costs are the credits with CAC and return, in the order of the models.
	Costs []Cost `json:"costs"`
}

// Compare puts the credits of several models beside each other, with CAC and
// return, by touch and by group. Values sum exactly, over touches as over groups.
//
// Errors: no model, those of [Paths.Credit], an empty touch or group.
func (p *Paths) Compare(o CompareOptions, models ...Model) (*Compared, error) {
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "attribution", Op: "compare", Field: field, Value: value, Limit: limit, Err: ErrOptions}
	}
	if len(models) == 0 {
		return nil, bad("models", "0", "want at least one")
	}
	for _, key := range sortedKeys(o.Spend) {
		if key == "" {
			return nil, bad("Spend", fault.Quote(key), "a touch must not be empty")
		}
	}
	for _, key := range sortedKeys(o.Groups) {
		if key == "" || o.Groups[key] == "" {
			return nil, bad("Groups", fault.Quote(key)+" in "+fault.Quote(o.Groups[key]), "touch and group must not be empty")
		}
	}
	out := &Compared{Models: slices.Clone(models)}
	for m, model := range models {
		c, err := p.Credit(model)
		if err != nil {
			return nil, err
		}
		for i, cost := range c.Costs(o.Spend) {
			if m == 0 {
				out.Keys = append(out.Keys, ComparedLine{Key: cost.Key, Group: o.group(cost.Key), Spend: cost.Spend})
			}
			out.Keys[i].Costs = append(out.Keys[i].Costs, cost)
		}
	}
	if o.Groups != nil {
		out.group()
	}
	return out, nil
}

func (o CompareOptions) group(key string) string {
	if o.Groups == nil {
		return ""
	}
	if g, ok := o.Groups[key]; ok {
		return g
	}
	return touchpoint.None
}

// group sums the touches of each group.
func (c *Compared) group() {
	type sum struct {
		spend       num.Sum
		conversions []float64
		value       []num.Sum
	}
	sums := map[string]*sum{}
	for _, line := range c.Keys {
		s, ok := sums[line.Group]
		if !ok {
			s = &sum{conversions: make([]float64, len(c.Models)), value: make([]num.Sum, len(c.Models))}
			sums[line.Group] = s
		}
		s.spend.Add(line.Spend)
		for m, cost := range line.Costs {
			s.conversions[m] += cost.Conversions
			s.value[m].Add(cost.Value)
		}
	}
	for _, name := range sortedKeys(sums) {
		s := sums[name]
		line := ComparedLine{Key: name, Spend: s.spend.Decimal()}
		for m := range c.Models {
			line.Costs = append(line.Costs, costOf(name, s.conversions[m], s.value[m].Decimal(), line.Spend))
		}
		c.Groups = append(c.Groups, line)
	}
}

// String is a table of conversions, a column a model; then what a customer cost
// under each, where there is spend.
func (c *Compared) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-24s", "touch")
	for _, m := range c.Models {
		fmt.Fprintf(&b, " %22s", m)
	}
	b.WriteByte('\n')
	for _, line := range slices.Concat(c.Keys, c.Groups) {
		fmt.Fprintf(&b, "%-24s", line.Key)
		for _, x := range line.Costs {
			cac := ""
			if d, ok := x.CAC.Decimal(2); ok && !line.Spend.IsZero() {
				cac = " at " + d.StringFixed(2)
			}
			fmt.Fprintf(&b, " %22s", strconv.FormatFloat(x.Conversions, 'f', 2, 64)+cac)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Rows are touches and groups by model as cells of a table, titles first.
func (c *Compared) Rows() [][]string {
	out := [][]string{{"kind", "key", "group", "model", "conversions", "value", "spend", "cac", "return"}}
	add := func(kind string, lines []ComparedLine) {
		for _, line := range lines {
			for m, x := range line.Costs {
				cac, back := "", ""
				if d, ok := x.CAC.Decimal(2); ok {
					cac = d.StringFixed(2)
				}
				if d, ok := x.Return.Decimal(4); ok {
					back = d.StringFixed(4)
				}
				out = append(out, []string{
					kind, line.Key, line.Group, c.Models[m].String(), strconv.FormatFloat(x.Conversions, 'f', 6, 64), x.Value.String(), line.Spend.String(), cac, back,
				})
			}
		}
	}
	add("touch", c.Keys)
	add("group", c.Groups)
	return out
}

// MarshalJSON writes the models by name, and the lines.
func (c *Compared) MarshalJSON() ([]byte, error) {
	type plain Compared
	out := plain(*c)
	out.Keys = append([]ComparedLine{}, c.Keys...)
	return json.Marshal(out)
}
