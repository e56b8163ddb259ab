package scorecard

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ContentSpec says which content is looked at. The zero value takes the
// attribute content of content_viewed, content_downloaded and content_shared.
type ContentSpec struct {
	Read   []touchpoint.Match // nil = content_viewed and content_downloaded
	Shared []touchpoint.Match // nil = content_shared
	Attr   string             // of both; empty = content
	// Format says what an item is: an article, a video; nil = not known.
	Format func(item string) string
	// Lead and Won are what readers may become; nil = lead_captured, subscribed.
	Lead, Won []touchpoint.Match
	// From and To bound reading and sharing, [From, To); zero is no bound.
	From, To time.Time
	Level    float64 // of intervals; zero = 0.95
}

// Content is what became of content.
type Content struct {
	Lines []ContentLine `json:"lines"`
}

// ContentLine is one item.
type ContentLine struct {
	Item    string `json:"item"`
	Format  string `json:"format,omitempty"`
	Readers int64  `json:"readers"`
	Reads   int64  `json:"reads"`
	Shares  int64  `json:"shares"`
	// Reached is the readers by Data.Segment, by name; empty without it.
	Reached []Part `json:"reached"`
	// Leads and Won are, of the readers who were not yet, who became leads and
	// customers after they first read it.
	Leads metrics.Ratio `json:"leads"`
	Won   metrics.Ratio `json:"won"`
	// Others is, of those who never read it before they were won, who were won.
	Others   metrics.Ratio      `json:"others"`
	Compared metrics.Comparison `json:"compared"` // others (A) beside readers (B)
	// Now is where the readers are, by stage; empty without Data.Journeys.
	Now []Part `json:"now"`
}

// Part is how many customers have a key.
type Part struct {
	Key       string `json:"key"`
	Customers int64  `json:"customers"`
}

// FindContent says of every item whom it reached, how often it was read and
// shared, and what its readers became. Lines are by readers, most first.
// Errors: an attribute that the log does not keep, more than MaxKeys items.
func FindContent(d Data, s ContentSpec) (*Content, error) {
	if d.Log == nil {
		return nil, refuse("content", "Log", "none", "want a log", ErrData)
	}
	s.Read = orNamed(s.Read, "content_viewed", "content_downloaded")
	s.Shared = orNamed(s.Shared, "content_shared")
	s.Lead, s.Won = orNamed(s.Lead, "lead_captured"), orNamed(s.Won, "subscribed")
	s.Attr, s.Level = cmp.Or(s.Attr, "content"), cmp.Or(s.Level, 0.95)
	sel, err := d.Log.Select(s.Read, s.Shared, s.Lead, s.Won)
	if err != nil {
		return nil, fmt.Errorf("scorecard: content: %w", err)
	}
	bys := []By{{Dimension: ByAttr, Attr: s.Attr}}
	if d.Segment != nil {
		bys = append(bys, By{Dimension: BySegment})
	}
	for _, by := range bys {
		if err := by.check(d); err != nil {
			return nil, fmt.Errorf("scorecard: content: %w", err)
		}
	}
	x, err := newIndex(Data{Log: d.Log, Segment: d.Segment}, Options{}, nil, bys)
	if err != nil {
		return nil, err
	}
	return x.content(d, s, sel)
}

func orNamed(m []touchpoint.Match, names ...string) []touchpoint.Match {
	if m == nil {
		return touchpoint.Named(names...)
	}
	return m
}

type itemTally struct {
	readers, reads, shares          int64
	couldLead, leads, couldWin, won int64
	reached, now                    map[string]int64
}

func (x *index) content(d Data, s ContentSpec, sel *touchpoint.Selector) (*Content, error) {
	item := x.keys[0]
	tally := make([]itemTally, len(item.names))
	var all, wonAll int64
	stages := map[string]string{}
	if d.Journeys != nil {
		for name, stage := range d.Journeys.Stages() {
			stages[name] = string(stage)
		}
	}
	from, to := int64(-1<<63), int64(1<<63-1)
	if !s.From.IsZero() {
		from = nano(s.From)
	}
	if !s.To.IsZero() {
		to = nano(s.To)
	}
	var seen stamps
	for c := range x.cols.Customers() {
		first, last := x.cols.Range(c)
		lead, won := -1, -1
		for i := first; i < last; i++ {
			if mask := sel.Mask(i); mask>>2 != 0 {
				if mask&4 != 0 && lead < 0 {
					lead = i
				}
				if mask&8 != 0 && won < 0 {
					won = i
				}
			}
		}
		all++
		if won >= 0 {
			wonAll++
		}
		seen.reset()
		for i := first; i < last; i++ {
			mask, at := sel.Mask(i)&3, x.cols.UnixNano[i]
			if mask == 0 || at < from || at >= to {
				continue
			}
			k := item.own(i)
			if k == item.ids[None] {
				continue
			}
			t := &tally[k]
			if mask&2 != 0 {
				t.shares++
			}
			if mask&1 == 0 {
				continue
			}
			t.reads++
			if seen.first(k) {
				x.reader(t, d, c, i, lead, won, stages)
			}
		}
	}
	return contentLines(item, tally, all, wonAll, s)
}

// reader counts a customer's first reading of an item.
func (x *index) reader(t *itemTally, d Data, c, i, lead, won int, stages map[string]string) {
	t.readers++
	if t.reached == nil {
		t.reached, t.now = map[string]int64{}, map[string]int64{}
	}
	if d.Segment != nil {
		t.reached[x.keys[1].names[x.keys[1].first[c]]]++
	}
	if stage, ok := stages[x.log.Customer(c)]; ok {
		t.now[stage]++
	}
	if lead < 0 || lead >= i {
		t.couldLead++
		if lead >= 0 {
			t.leads++
		}
	}
	if won < 0 || won >= i {
		t.couldWin++
		if won >= 0 {
			t.won++
		}
	}
}

func contentLines(item *keyer, tally []itemTally, all, wonAll int64, s ContentSpec) (*Content, error) {
	out := &Content{Lines: []ContentLine{}}
	for k, t := range tally {
		if t.reads == 0 && t.shares == 0 {
			continue
		}
		l := ContentLine{
			Item: item.names[k], Readers: t.readers, Reads: t.reads, Shares: t.shares, Reached: parts(t.reached), Now: parts(t.now),
			Leads: metrics.NewCount(t.leads, t.couldLead), Won: metrics.NewCount(t.won, t.couldWin),
			Others: metrics.NewCount(wonAll-t.won, all-t.couldWin),
		}
		if s.Format != nil {
			l.Format = s.Format(l.Item)
		}
		var err error
		if l.Compared, err = metrics.CompareShares(wonAll-t.won, all-t.couldWin, t.won, t.couldWin, s.Level); err != nil {
			return nil, err
		}
		out.Lines = append(out.Lines, l)
	}
	slices.SortFunc(out.Lines, func(a, b ContentLine) int {
		return cmp.Or(cmp.Compare(b.Readers, a.Readers), strings.Compare(a.Item, b.Item))
	})
	return out, nil
}

func parts(of map[string]int64) []Part {
	out := make([]Part, 0, len(of))
	for k, n := range of {
		out = append(out, Part{k, n})
	}
	slices.SortFunc(out, func(a, b Part) int { return compareKeys(a.Key, b.Key) })
	return out
}

// Rows yields the lines.
func (c *Content) Rows() iter.Seq[ContentLine] { return slices.Values(c.Lines) }

// String is a line for each item.
func (c *Content) String() string {
	var b strings.Builder
	for _, l := range c.Lines {
		fmt.Fprintf(&b, "%s\n", l)
	}
	return b.String()
}

// String is the line in words.
func (l ContentLine) String() string {
	s := l.Item
	if l.Format != "" {
		s += " (" + l.Format + ")"
	}
	return fmt.Sprintf("%s: %d readers, %d shares; leads %s, won %s (others %s)", s, l.Readers, l.Shares, shareOf(l.Leads), shareOf(l.Won), shareOf(l.Others))
}
