package source

import (
	"cmp"
	"database/sql/driver"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Identity says which ids are one customer: the visitor who became a user, the
// user who got another id, the contact of an account. It collects what sources
// say, in any order, and answers once asked; the answer never depends on the
// order. The zero value resolves persons and is ready to collect. It has one
// writer; Resolve and what follows may be called by several goroutines once
// nobody writes any more and one of them has been called.
//
// Ids that become one customer get the id that was known first among those that
// are known to be users; without one, the smallest. Known first is by time, then
// by id. An id that another one took over (Alias) gives the name only where all
// were taken over.
type Identity struct {
	// Accounts resolves to the account a person belongs to, where one is known.
	Accounts bool
	// Merge lets an id that was seen with two known users make them one. Zero =
	// it stays with the first, and the conflict is reported: two people at one
	// machine are two people. What a source states outright (Alias) is one
	// customer in either case.
	Merge bool

	number map[string]int32
	ids    []string
	known  []int64 // when first known to be a user, Unix nanoseconds; notKnown
	past   []bool  // taken over by another
	links  []link
	refers []Referral

	settled   bool
	parent    []int32
	name      []string // of the customer, by root
	account   []int32  // by root: number of the account, -1
	conflicts []Conflict
}

const notKnown = int64(1<<63 - 1)

type linkKind uint8

const (
	aliased linkKind = iota // stated: one customer
	seen                    // an id that is not known was seen with a user
	belongs                 // a person and the account
)

type link struct {
	kind linkKind
	a, b int32 // belongs: b is the account
	at   int64
}

// ConflictKind says what two statements disagree about.
type ConflictKind uint8

// The kinds of conflicts.
const (
	ConflictNone     ConflictKind = iota
	ConflictUsers                 // one id was seen with two known users
	ConflictAccounts              // one person belongs to two accounts
	ConflictReferral              // one customer was recommended by two, or by themselves
)

var conflictKinds = enum.New[ConflictKind]("source", "ConflictKind", "none", "users", "accounts", "referral")

// String returns the name of the kind.
func (k ConflictKind) String() string { return conflictKinds.String(k) }

// MarshalText returns the name of the kind.
func (k ConflictKind) MarshalText() ([]byte, error) { return conflictKinds.Marshal(k) }

// UnmarshalText reads the name of a kind.
func (k *ConflictKind) UnmarshalText(text []byte) error { return conflictKinds.Unmarshal(k, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (k *ConflictKind) Scan(src any) error { return conflictKinds.Scan(k, src) }

// Value returns the name for an SQL column.
func (k ConflictKind) Value() (driver.Value, error) { return conflictKinds.Value(k) }

// Conflict is two statements of which only one could be followed.
type Conflict struct {
	Kind ConflictKind `json:"kind"`
	ID   string       `json:"id"`   // about whom
	Kept string       `json:"kept"` // the customer, account or referrer that stays
	Lost string       `json:"lost"` // the one of the later statement
	At   time.Time    `json:"at"`   // of the later statement
}

// String is the conflict in words.
func (c Conflict) String() string {
	return c.Kind.String() + ": " + fault.Quote(c.ID) + " stays with " + fault.Quote(c.Kept) + ", not " + fault.Quote(c.Lost)
}

func (x *Identity) id(s string) int32 {
	if n, ok := x.number[s]; ok {
		return n
	}
	if x.number == nil {
		x.number = map[string]int32{}
	}
	s = strings.Clone(s)
	n := int32(len(x.ids))
	x.number[s] = n
	x.ids = append(x.ids, s)
	x.known = append(x.known, notKnown)
	x.past = append(x.past, false)
	return n
}

func sound(ids ...string) bool {
	for _, s := range ids {
		if s == "" || len(s) > touchpoint.MaxText {
			return false
		}
	}
	return true
}

// Known says that the id is that of a user whom the company knows, and since
// when at the latest.
func (x *Identity) Known(user string, at time.Time) {
	if !sound(user) {
		return
	}
	n := x.id(user)
	x.known[n] = min(x.known[n], at.UnixNano())
	x.settled = false
}

// Seen says that an id that is not known, such as that of a browser, was seen
// with a known user.
func (x *Identity) Seen(id, user string, at time.Time) {
	if !sound(id, user) {
		return
	}
	x.Known(user, at)
	x.link(seen, id, user, at)
}

// Alias says that an id was taken over by another: they are one customer, who never
// has the name of the old one while there is another. An alias does not say that
// either is a user: a customer none of whose ids was said to be Known, or Seen as
// the user, may be named by an id of a browser that a source gave as the newer one;
// and as soon as one is known, one that is known and was not taken over gives the
// name. Names may so change with what is said later; they do not with its order.
func (x *Identity) Alias(old, id string, at time.Time) { x.link(aliased, old, id, at) }

// Member says that a person belongs to an account.
func (x *Identity) Member(person, account string, at time.Time) {
	x.link(belongs, person, account, at)
}

func (x *Identity) link(kind linkKind, a, b string, at time.Time) {
	if !sound(a, b) || a == b {
		return
	}
	l := link{kind, x.id(a), x.id(b), at.UnixNano()}
	x.links = append(x.links, l)
	if kind == aliased {
		x.past[l.a] = true
	}
	x.settled = false
}

// Add takes over what another Identity collected.
func (x *Identity) Add(other *Identity) {
	for n, id := range other.ids {
		if at := other.known[n]; at != notKnown {
			x.Known(id, time.Unix(0, at))
		}
	}
	for _, l := range other.links {
		x.link(l.kind, other.ids[l.a], other.ids[l.b], time.Unix(0, l.at))
	}
	x.refers = append(x.refers, other.refers...)
	x.settled = false
}

// Resolve is the customer of an id; an id of which nothing was said is its own.
func (x *Identity) Resolve(id string) string {
	x.settle()
	n, ok := x.number[id]
	if !ok {
		return id
	}
	root := x.root(n)
	if x.Accounts && x.account[root] >= 0 {
		return x.ids[x.account[root]]
	}
	return x.name[root]
}

// Apply gives the events of a log to the customers of their ids.
func (x *Identity) Apply(log *touchpoint.Log) (*touchpoint.Log, error) { return log.Rename(x.Resolve) }

// Conflicts lists the statements that could not be followed, by kind, id and
// time.
func (x *Identity) Conflicts() []Conflict {
	x.settle()
	_, refused := x.referrals()
	return slices.Concat(x.conflicts, refused)
}

// Rows yields every id of which something was said, in ascending order, with
// its customer.
func (x *Identity) Rows() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		ids := slices.Clone(x.ids)
		slices.Sort(ids)
		for _, id := range ids {
			if !yield(id, x.Resolve(id)) {
				return
			}
		}
	}
}

func (x *Identity) root(n int32) int32 {
	for x.parent[n] != n {
		n = x.parent[n]
	}
	return n
}

// settle joins what belongs together. Statements are taken by kind and time, so
// their order of arrival changes nothing.
func (x *Identity) settle() {
	if x.settled {
		return
	}
	x.settled, x.conflicts = true, nil
	n := len(x.ids)
	x.parent, x.name, x.account = make([]int32, n), make([]string, n), make([]int32, n)
	for i := range x.parent {
		x.parent[i], x.account[i] = int32(i), -1
	}
	links := slices.Clone(x.links)
	slices.SortFunc(links, func(a, b link) int {
		return cmp.Or(
			cmp.Compare(a.kind, b.kind), cmp.Compare(a.at, b.at),
			strings.Compare(x.ids[a.a], x.ids[b.a]), strings.Compare(x.ids[a.b], x.ids[b.b]),
		)
	})
	links = slices.Compact(links)
	best := make([]int32, n) // by root: who gives the name
	size := make([]int32, n)
	for i := range best {
		best[i], size[i] = int32(i), 1
	}
	for _, l := range links {
		if l.kind == belongs {
			continue
		}
		a, b := x.root(l.a), x.root(l.b)
		if a == b {
			continue
		}
		if l.kind == seen && !x.Merge && x.known[best[a]] != notKnown && x.known[best[b]] != notKnown {
			x.conflicts = append(x.conflicts, Conflict{Kind: ConflictUsers, ID: x.ids[l.a], Kept: x.ids[best[a]], Lost: x.ids[best[b]], At: time.Unix(0, l.at).UTC()})
			continue
		}
		if size[a] < size[b] {
			a, b = b, a
		}
		x.parent[b] = a
		size[a] += size[b]
		if x.better(best[b], best[a]) {
			best[a] = best[b]
		}
	}
	for i := range x.parent {
		x.parent[i] = x.root(int32(i))
	}
	for i := range x.name {
		x.name[i] = x.ids[best[x.parent[i]]]
	}
	x.join(links)
	slices.SortStableFunc(x.conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID), a.At.Compare(b.At), strings.Compare(a.Lost, b.Lost))
	})
}

// better reports whether a rather than b gives its name.
func (x *Identity) better(a, b int32) bool {
	if x.past[a] != x.past[b] {
		return x.past[b]
	}
	if x.known[a] != x.known[b] {
		return x.known[a] < x.known[b]
	}
	return x.ids[a] < x.ids[b]
}

// join gives every customer the account that was named first, resolved itself,
// as accounts get other ids too.
func (x *Identity) join(links []link) {
	for _, l := range links {
		if l.kind != belongs {
			continue
		}
		person, account := x.parent[l.a], x.number[x.name[x.parent[l.b]]]
		if person == x.parent[l.b] {
			continue
		}
		switch old := x.account[person]; {
		case old < 0:
			x.account[person] = account
		case old != account:
			x.conflicts = append(x.conflicts, Conflict{Kind: ConflictAccounts, ID: x.name[person], Kept: x.ids[old], Lost: x.ids[account], At: time.Unix(0, l.at).UTC()})
		}
	}
}
