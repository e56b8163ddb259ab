package source

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Referral is a customer who was recommended by another.
type Referral struct {
	Referrer string    `json:"referrer"`
	Referred string    `json:"referred"`
	At       time.Time `json:"at"`
}

// Refer says that one customer recommended another.
func (x *Identity) Refer(referrer, referred string, at time.Time) {
	if sound(referrer, referred) {
		x.refers = append(x.refers, Referral{strings.Clone(referrer), strings.Clone(referred), at.UTC()})
	}
}

// Referrals lists who recommended whom, resolved, by referrer and referred. Of
// several who recommended one customer it is the first by time, then by id; the
// others are conflicts, as is a customer who recommended themselves, or somebody
// by whom they were recommended, straight or through others, before.
func (x *Identity) Referrals() []Referral {
	out, _ := x.referrals()
	return out
}

func (x *Identity) referrals() (out []Referral, refused []Conflict) {
	all := make([]Referral, len(x.refers))
	for i, r := range x.refers {
		all[i] = Referral{x.Resolve(r.Referrer), x.Resolve(r.Referred), r.At}
	}
	slices.SortFunc(all, func(a, b Referral) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Referred, b.Referred), strings.Compare(a.Referrer, b.Referrer))
	})
	all = slices.CompactFunc(all, func(a, b Referral) bool {
		return a.Referrer == b.Referrer && a.Referred == b.Referred && a.At.Equal(b.At)
	})
	by, top := map[string]string{}, map[string]string{} // top: somebody above
	for _, r := range all {
		old, ok := by[r.Referred]
		switch {
		case ok && old == r.Referrer:
		case ok || topOf(top, r.Referrer) == r.Referred:
			refused = append(refused, Conflict{Kind: ConflictReferral, ID: r.Referred, Kept: old, Lost: r.Referrer, At: r.At})
		default:
			by[r.Referred], top[r.Referred] = r.Referrer, r.Referrer
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Referral) int {
		return cmp.Or(strings.Compare(a.Referrer, b.Referrer), strings.Compare(a.Referred, b.Referred))
	})
	slices.SortStableFunc(refused, func(a, b Conflict) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), a.At.Compare(b.At), strings.Compare(a.Lost, b.Lost))
	})
	return out, refused
}

// topOf is the first of the chain that led to a customer, who was recommended
// by nobody. It shortens the way for the next who asks.
func topOf(above map[string]string, customer string) string {
	top := customer
	for next, ok := above[top]; ok; next, ok = above[top] {
		top = next
	}
	for customer != top {
		above[customer], customer = top, above[customer]
	}
	return top
}
