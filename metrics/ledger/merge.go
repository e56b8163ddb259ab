package ledger

import (
	"fmt"
	"time"
)

// Merge takes another ledger's changes into this one, all or none, and leaves
// the other as it is. The ledgers must have been made with the same rules;
// their Rates are not compared. Shards by customer merge into the same books
// whichever way the customers were divided.
func (l *Ledger) Merge(o *Ledger) error {
	if o == nil || o == l {
		return nil
	}
	if err := l.opts.agree(o.opts); err != nil {
		return fmt.Errorf("ledger: merge: %w", err)
	}
	if err := l.Load(func(yield func(Change, error) bool) {
		for c := range o.Changes() {
			if !yield(c, nil) {
				return
			}
		}
	}); err != nil {
		return fmt.Errorf("ledger: merge: %w", err)
	}
	return nil
}

// agree reports the first rule on which two ledgers differ.
func (o Options) agree(p Options) error {
	differ := func(field string, a, b any) error {
		return fmt.Errorf("%w: %s is %v here and %v there", ErrOptions, field, a, b)
	}
	zone := func(l *time.Location) string {
		if l == nil {
			return time.UTC.String()
		}
		return l.String()
	}
	switch {
	case o.Currency != p.Currency:
		return differ("Currency", o.Currency, p.Currency)
	case zone(o.Location) != zone(p.Location):
		return differ("Location", zone(o.Location), zone(p.Location))
	case o.Net != p.Net:
		return differ("Net", o.Net, p.Net)
	case o.MinGap != p.MinGap:
		return differ("MinGap", o.MinGap, p.MinGap)
	case o.MaxGap != p.MaxGap:
		return differ("MaxGap", o.MaxGap, p.MaxGap)
	case o.Coalesce != p.Coalesce:
		return differ("Coalesce", o.Coalesce, p.Coalesce)
	}
	return nil
}
