package source_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

func sec(n int) time.Time { return time.Unix(int64(n), 0).UTC() }

type statement struct {
	kind, a, b string
	at         int
}

func (s statement) to(x *source.Identity) {
	switch s.kind {
	case "known":
		x.Known(s.a, sec(s.at))
	case "seen":
		x.Seen(s.a, s.b, sec(s.at))
	case "alias":
		x.Alias(s.a, s.b, sec(s.at))
	case "member":
		x.Member(s.a, s.b, sec(s.at))
	case "refer":
		x.Refer(s.a, s.b, sec(s.at))
	}
}

func statements(t *rapid.T) []statement {
	id := rapid.SampledFrom([]string{"u1", "u2", "u3", "v1", "v2", "v3", "v4", "A", "B", "ภ"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) statement {
		return statement{
			rapid.SampledFrom([]string{"known", "seen", "seen", "alias", "member", "refer"}).Draw(t, "kind"),
			id.Draw(t, "a"), id.Draw(t, "b"), rapid.IntRange(0, 4).Draw(t, "at"),
		}
	}), 0, 14).Draw(t, "statements")
}

func told(list []statement, accounts, merge bool) *source.Identity {
	x := &source.Identity{Accounts: accounts, Merge: merge}
	for _, s := range list {
		s.to(x)
	}
	return x
}

func view(t require.TestingT, x *source.Identity) string {
	var out strings.Builder
	for id, customer := range x.Rows() {
		out.WriteString(id + " " + customer + "\n")
	}
	data, err := json.Marshal(struct {
		C []source.Conflict
		R []source.Referral
	}{x.Conflicts(), x.Referrals()})
	require.NoError(t, err)
	return out.String() + string(data)
}

// The order in which statements come changes nothing, neither does hearing them
// twice, in two parts, or being asked in between.
func TestLaw_IdentityDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	conflicts, joined, referred, accounted := 0, 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		list := statements(t)
		accounts, merge := rapid.Bool().Draw(t, "accounts"), rapid.Bool().Draw(t, "merge")
		x := told(list, accounts, merge)
		want := view(t, x)
		require.Equal(t, want, view(t, told(rapid.Permutation(list).Draw(t, "shuffled"), accounts, merge)))
		require.Equal(t, want, view(t, told(slices.Concat(list, list), accounts, merge)))
		cut := rapid.IntRange(0, len(list)).Draw(t, "cut")
		a, b := told(list[:cut], accounts, merge), told(list[cut:], accounts, merge)
		view(t, a)
		b.Add(a)
		require.Equal(t, want, view(t, b))
		conflicts += len(x.Conflicts())
		referred += len(x.Referrals())
		for id, customer := range x.Rows() {
			if id != customer {
				joined++
			}
			if customer == "A" || customer == "B" {
				accounted++
			}
			require.Equal(t, customer, x.Resolve(id))
		}
	}, law.Counters{"conflicts": &conflicts, "joined": &joined, "referred": &referred, "accounted": &accounted})
}

// Without conflicts, resolving is what joining everything and asking for the
// first known, or smallest, of a group gives.
func TestLaw_IdentityIsTheGroupOfItsStatements(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := statements(t)
		x := told(list, false, true)
		known, past := map[string]int{}, map[string]bool{}
		group := map[string]string{}
		ids := map[string]bool{}
		for _, s := range list {
			if s.kind == "refer" || s.kind == "member" && s.a == s.b || s.kind == "alias" && s.a == s.b {
				continue
			}
			ids[s.a] = true
			if s.kind != "known" {
				ids[s.b] = true
			}
			past[s.a] = past[s.a] || s.kind == "alias"
			user := s.a
			if s.kind == "seen" {
				user = s.b
			}
			if s.kind == "seen" || s.kind == "known" {
				if at, ok := known[user]; !ok || s.at < at {
					known[user] = s.at
				}
			}
		}
		for id := range ids {
			group[id] = id
		}
		for range ids { // until nothing changes
			for _, s := range list {
				if s.kind == "seen" || s.kind == "alias" {
					low := min(group[s.a], group[s.b])
					for id, g := range group {
						if g == group[s.a] || g == group[s.b] {
							group[id] = low
						}
					}
				}
			}
		}
		for id := range ids {
			best := ""
			for other := range ids {
				if group[other] != group[id] {
					continue
				}
				at, ok := known[other]
				bestAt, bestOK := known[best]
				if past[other] != past[best] && best != "" {
					if past[best] {
						best = other
					}
					continue
				}
				if best == "" || ok && !bestOK || ok == bestOK && (ok && at < bestAt || (!ok || at == bestAt) && other < best) {
					best = other
				}
			}
			require.Equal(t, best, x.Resolve(id), "%v", list)
		}
		require.Equal(t, "nobody spoke of", x.Resolve("nobody spoke of"))
	})
}

// A log resolved whole is what its parts resolved give together.
func TestLaw_ApplyToPartsIsApplyToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := told(statements(t), rapid.Bool().Draw(t, "accounts"), false)
		var in []touchpoint.Event
		for i := range rapid.IntRange(0, 12).Draw(t, "events") {
			in = append(in, touchpoint.Event{Customer: rapid.SampledFrom([]string{"u1", "u2", "v1", "v2", "z"}).Draw(t, "customer"), Name: fmt.Sprint(i), At: sec(i)})
		}
		cut := rapid.IntRange(0, len(in)).Draw(t, "cut")
		apply := func(events []touchpoint.Event) *touchpoint.Log {
			log, err := touchpoint.LogOf(events...)
			require.NoError(t, err)
			log, err = x.Apply(log)
			require.NoError(t, err)
			return log
		}
		both, err := touchpoint.Merge(apply(in[:cut]), apply(in[cut:]))
		require.NoError(t, err)
		want, err := apply(in).MarshalBinary()
		require.NoError(t, err)
		got, err := both.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestIdentity_Examples(t *testing.T) {
	t.Parallel()
	x := &source.Identity{}
	x.Seen("v1", "u1", sec(10))
	x.Seen("v2", "u1", sec(20))
	x.Known("u1", sec(5))
	assert.Equal(t, []string{"u1", "u1", "u1"}, []string{x.Resolve("v1"), x.Resolve("v2"), x.Resolve("u1")})
	x.Seen("v1", "u0", sec(30))
	assert.Equal(t, "u0", x.Resolve("u0"), "a second user is not the first")
	require.Len(t, x.Conflicts(), 1)
	x.Alias("u0", "u1", sec(40))
	assert.Equal(t, "u1", x.Resolve("u0"), "unless the source says so; the name is that of the first known")
	assert.Empty(t, x.Conflicts())

	x.Accounts = true
	x.Member("u0", "acme", sec(1))
	x.Member("v2", "beta", sec(2))
	assert.Equal(t, "acme", x.Resolve("v1"))
	require.Len(t, x.Conflicts(), 1)
	assert.Equal(t, `accounts: "u1" stays with "acme", not "beta"`, x.Conflicts()[0].String())
	x.Alias("acme", "ACME", sec(1))
	assert.Equal(t, "ACME", x.Resolve("v1"), "accounts get other ids too")

	x.Refer("u9", "v1", sec(5))
	x.Refer("u8", "u1", sec(6))
	x.Refer("u1", "u9", sec(7))
	x.Refer("u9", "u9", sec(7))
	assert.Equal(t, []source.Referral{{Referrer: "u9", Referred: "ACME", At: sec(5)}}, x.Referrals())
	var kinds []string
	for _, c := range x.Conflicts() {
		kinds = append(kinds, c.Kind.String()+" "+c.ID+" "+c.Lost)
	}
	assert.Equal(t, []string{"accounts u1 beta", "referral ACME u8", "referral u9 ACME", "referral u9 u9"}, kinds)
}
