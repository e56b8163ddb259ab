package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
)

// feedForm begins the binary form of a Feed; its last byte is the version.
const feedForm = "lcfeed\x03"

// ErrForm is wrapped by the error for data that is not the binary form of a Feed
// under the same policy and options.
var ErrForm = errors.New("not the state of this feed")

// AppendBinary appends what the feed knows, so that another one can go on from
// there: see UnmarshalBinary. Its ledger has a form of its own; store both
// together, or a restart sees records twice or not at all; package wholefile writes
// a file so that it is never torn.
func (f *Feed) AppendBinary(b []byte) ([]byte, error) {
	hash, err := f.rules()
	if err != nil {
		return nil, err
	}
	c := &codec{out: append(append(b, feedForm...), hash...)}
	f.form(c)
	return c.out, nil
}

// MarshalBinary is AppendBinary to nothing.
func (f *Feed) MarshalBinary() ([]byte, error) { return f.AppendBinary(nil) }

// UnmarshalBinary makes a new feed what another one was when AppendBinary wrote
// it; the ledger it was made with must be the one that belongs to it. The policy
// and the options must be the same. Where the error is not nil, which wraps
// ErrForm, nothing has changed.
func (f *Feed) UnmarshalBinary(data []byte) error {
	bad := func(err error) error { return fmt.Errorf("policy: feed: %w: %w", ErrForm, err) }
	hash, err := f.rules()
	if err != nil {
		return err
	}
	rest, ok := bytes.CutPrefix(data, []byte(feedForm))
	if !ok {
		return bad(errors.New("it begins with something else"))
	}
	if rest, ok = bytes.CutPrefix(rest, hash); !ok {
		return bad(errors.New("it was written under another policy or other options"))
	}
	out := &Feed{
		l: f.l, p: f.p, o: f.o,
		objects: map[string]*object{}, books: map[string]*customerBook{}, named: map[subs.Key][]naming{}, sealed: map[uint64]struct{}{},
	}
	c := &codec{in: rest, reading: true}
	out.form(c)
	switch {
	case c.err != nil:
		return bad(c.err)
	case len(c.in) > 0:
		return bad(fmt.Errorf("%d bytes too many", len(c.in)))
	}
	again, err := out.AppendBinary(nil)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return bad(errors.New("not in the one form it can have"))
	}
	*f = *out
	return nil
}

// rules is what a form is bound to: the policy and what of the options decides.
func (f *Feed) rules() ([]byte, error) {
	p, err := json.Marshal(f.p)
	if err != nil {
		return nil, fmt.Errorf("policy: feed: %w", err)
	}
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\n%s\n%d\n%t", p, f.o.Currency, nano(f.o.ObservedUntil), f.o.SinceFirstRecord)
	return h.Sum(nil)[:8], nil
}

// form writes or reads the state.
func (f *Feed) form(c *codec) {
	c.int64(&f.newest)
	c.int64(&f.observed)
	c.int64(&f.repeats)
	sealed := make([]uint64, 0, len(f.sealed))
	for k := range f.sealed {
		sealed = append(sealed, k)
	}
	slices.Sort(sealed)
	list(c, &sealed, c.uint)
	all := make([]*object, 0, len(f.objects))
	for _, x := range f.objects {
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b *object) int { return bytes.Compare([]byte(a.key), []byte(b.key)) })
	list(c, &all, func(x **object) {
		if *x == nil {
			*x = &object{}
		}
		c.object(*x)
	})
	books := f.remembered()
	list(c, &books, func(r *remembered) {
		c.text(&r.customer)
		list(c, &r.starts, c.int64)
		list(c, &r.replaced, c.text)
	})
	due := f.awaited()
	list(c, &due, func(w *wake) {
		c.key(&w.of)
		c.int64(&w.at)
	})
	if !c.reading || c.err != nil {
		return
	}
	for _, k := range sealed {
		f.sealed[k] = struct{}{}
	}
	for _, x := range all {
		x.late = f.o.SinceFirstRecord
		f.objects[x.key] = x
		f.rename(nil, x)
		f.ring = append(f.ring, x.key)
		for _, k := range x.of {
			if !f.over(k) {
				f.enter(k, x.key)
			}
		}
	}
	for _, r := range books {
		b := f.books[r.customer]
		if b == nil || !slices.IsSorted(r.starts) || !slices.IsSorted(r.replaced) {
			c.fail(fmt.Errorf("what was sealed of customer %q is of nobody", r.customer))
			return
		}
		b.starts, b.replaced = r.starts, r.replaced
	}
	for _, w := range due {
		if b := f.books[w.of.Customer]; b == nil || b.groups[w.of.Subscription] == nil {
			c.fail(fmt.Errorf("what is due of customer %q is of nobody", w.of.Customer))
			return
		}
		f.books[w.of.Customer].groups[w.of.Subscription].due = w.at
	}
	f.wakes.add(due)
}

// remembered is what sealed subscriptions of one customer said of the others.
type remembered struct {
	customer string
	starts   []int64
	replaced []string
}

func (f *Feed) remembered() []remembered {
	var out []remembered
	for name, b := range f.books {
		if len(b.starts) > 0 || len(b.replaced) > 0 {
			out = append(out, remembered{name, b.starts, b.replaced})
		}
	}
	slices.SortFunc(out, func(a, b remembered) int { return strings.Compare(a.customer, b.customer) })
	return out
}

// enter puts an object into the book of a customer, after a restart. Whether it
// asked for its kin is not known, so it did.
func (f *Feed) enter(k subs.Key, key string) {
	b := f.bookOf(k.Customer)
	b.again = true
	g := b.groups[k.Subscription]
	if g == nil {
		g = &groupBook{asked: &anything}
		b.groups[k.Subscription] = g
	}
	g.objects = append(g.objects, key) // objects come in order
}

func (c *codec) object(x *object) {
	c.text(&x.key)
	has := x.before != nil
	if c.bool(&has); has {
		if x.before == nil {
			x.before = &folded{}
		}
		c.record(&x.before.last)
		list(c, &x.before.spans, c.span)
		list(c, &x.before.lines, c.line)
		if x.before.spans == nil {
			x.before.spans = []billing.Span{}
		}
	}
	list(c, &x.versions, c.record)
	list(c, &x.of, c.key)
	if !c.reading || c.err != nil {
		return
	}
	var last *billing.Record
	if has {
		last = &x.before.last
	}
	for i := range x.versions {
		v := &x.versions[i]
		v.Key = x.key
		if v.Created.IsZero() || last != nil && last.Compare(v) >= 0 {
			c.fail(fmt.Errorf("versions of %q out of order", x.key))
			return
		}
		last = v
	}
	x.name()
	for i := range x.of {
		if i > 0 && compareKeys(x.of[i-1], x.of[i]) >= 0 {
			c.fail(fmt.Errorf("subscriptions of %q out of order", x.key))
		}
	}
	if last == nil {
		c.fail(fmt.Errorf("an object %q without versions", x.key))
	}
}

// utc brings every time of a record to one form, as a restart would.
func utc(r billing.Record) billing.Record {
	in := func(all ...*time.Time) {
		for _, t := range all {
			if !t.IsZero() {
				*t = time.Unix(0, t.UnixNano()).UTC()
			}
		}
	}
	in(&r.Created, &r.Ended)
	for i := range r.Spans {
		s := &r.Spans[i]
		in(&s.From, &s.To, &s.CancelAt, &s.CancelAskedAt, &s.PaidThrough, &s.Recorded, &s.EndRecorded)
		s.Discounts = slices.Clone(s.Discounts)
		for j := range s.Discounts {
			in(&s.Discounts[j].From, &s.Discounts[j].To)
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		in(&l.IssuedAt, &l.PaidAt, &l.From, &l.To)
	}
	return r
}
