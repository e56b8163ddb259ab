package journey

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Referral is one customer who recommended the product to another, and what
// became of the other. What the other is worth is for the books to say: join
// Referred with a ledger.
type Referral struct {
	Referrer string    `json:"referrer"`
	Referred string    `json:"referred"`
	At       time.Time `json:"at"`
	// From is the stage the referrer is in at the end.
	From Stage `json:"from,omitempty"`
	// Joined says that the referred one is a customer of the replay; then
	// Stage is where they are, Goal whether that is a goal, and After whether
	// their journey began after the recommendation.
	Joined bool  `json:"joined"`
	Stage  Stage `json:"stage,omitempty"`
	Goal   bool  `json:"goal,omitempty"`
	After  bool  `json:"after,omitempty"`
}

// Referrals returns the links between customers that an attribute of the log
// states: for each event that any match selects and that has the attribute, the
// customer of the event referred the one whom the attribute names. They are in
// order of referrer and time; of the same two customers only the first counts.
// Errors are those of touchpoint.Log.Select.
func (r *Replay) Referrals(attr string, matches ...touchpoint.Match) ([]Referral, error) {
	if r.d == nil {
		return nil, nil
	}
	if len(matches) == 0 {
		matches = []touchpoint.Match{{}}
	}
	matches = append([]touchpoint.Match(nil), matches...)
	for i := range matches {
		matches[i].Where = slices.Concat(matches[i].Where, []touchpoint.Condition{{Attr: attr}})
	}
	selected, err := r.cols.log.Select(matches)
	if err != nil {
		return nil, fmt.Errorf("journey: referrals: %w", err)
	}
	col, _ := r.cols.log.Attr(attr)
	var list []Referral
	for c := range r.cols.customers() {
		seen := map[string]bool{}
		from, to := r.cols.bounds(c)
		for i := from; i < to; i++ {
			other, ok := col.Value(i)
			if !ok || other == "" || seen[other] || !selected.Has(i, 0) || r.bounded() && r.cols.at[i] > r.horizon {
				continue
			}
			seen[other] = true
			list = append(list, r.referral(c, other, r.cols.at[i]))
		}
	}
	return list, nil
}

func (r *Replay) referral(c int, other string, at int64) Referral {
	f := Referral{Referrer: r.cols.customer(c), Referred: other, At: instant(at)}
	if s := r.final[c]; s != absent {
		f.From = r.d.stages[s].Name
	}
	k, ok := r.cols.find(other)
	if !ok || r.final[k] == absent {
		return f
	}
	begin, _, _ := r.cols.span(k, r.horizon, r.bounded())
	stage := r.d.stages[r.final[k]]
	f.Joined, f.Stage, f.Goal, f.After = true, stage.Name, stage.Goal, r.cols.at[begin] > at
	return f
}
