package scorecard

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// presence is who of a log was a customer when, and for how much.
type presence struct {
	from  []uint32 // movements of customer c begin here
	moves []headMove
}

type headMove struct {
	at    int64
	heads int32 // how often present after it, 0 or 1
	mrr   decimal.Decimal
}

// everything is all the time there is.
func everything() calendar.Period {
	return calendar.Period{
		From: time.Date(calendar.MinYear, 1, 1, 0, 0, 0, 0, time.UTC),
		To:   time.Date(calendar.MaxYear, 12, 31, 0, 0, 0, 0, time.UTC),
	}
}

func newPresence(books *ledger.Ledger, log *touchpoint.Log) *presence {
	p := &presence{from: make([]uint32, log.Customers()+1)}
	at, last, here := 0, "", int32(0)
	for m := range books.Movements(everything()) {
		c, ok := log.Find(m.Customer)
		if !ok {
			continue
		}
		if m.Customer != last {
			last, here = m.Customer, 0
			for ; at <= c; at++ {
				p.from[at] = uint32(len(p.moves))
			}
		}
		here += int32(m.Heads)
		p.moves = append(p.moves, headMove{nano(m.At), here, m.After})
	}
	for ; at < len(p.from); at++ {
		p.from[at] = uint32(len(p.moves))
	}
	return p
}

// before is the last movement of customer c before an instant.
func (p *presence) before(c int, at int64) (headMove, bool) {
	own := p.moves[p.from[c]:p.from[c+1]]
	n := sort.Search(len(own), func(i int) bool { return own[i].at >= at })
	if n == 0 {
		return headMove{}, false
	}
	return own[n-1], true
}

func (p *presence) present(c int, at int64) bool {
	m, ok := p.before(c, at)
	return ok && m.heads > 0
}
