package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// graphs is how often each event directly follows each other, from a log.
func graphs(o options) (work, error) {
	r := rand.New(rand.NewPCG(3, 4))
	names := []string{"visited", "signed_up", "activated", "paid", "renewed", "ticket", "cancelled", "returned"}
	begin := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	list := make([]touchpoint.Event, o.scale)
	for i := range list {
		list[i] = touchpoint.Event{Customer: fmt.Sprint("c", r.IntN(o.scale/10)), Name: names[r.IntN(len(names))], At: begin.Add(time.Duration(i) * time.Second)}
	}
	log, err := touchpoint.LogOf(list...)
	if err != nil {
		return work{}, err
	}
	c, texts := log.Columns(), log.Names()
	count := map[string]int64{}
	for i := range c.Customers() {
		from, to := c.Range(i)
		for k := from + 1; k < to; k++ {
			count[texts[c.Name[k-1]]+"\x00"+texts[c.Name[k]]]++
		}
	}
	check := func(n int64, from, to string) error {
		if n != count[from+"\x00"+to] {
			return fmt.Errorf("%s to %s: %d, slowly %d", from, to, n, count[from+"\x00"+to])
		}
		return nil
	}
	return work{name: fmt.Sprintf("what directly follows what, %d events", o.scale), unit: "event", units: o.scale, who: []contender{
		{name: "journey/mining", run: func() error {
			g, err := mining.DirectlyFollows(log, mining.Options{})
			if err != nil {
				return err
			}
			for _, e := range g.Edges() {
				if err := check(e.N, e.From, e.To); err != nil {
					return err
				}
			}
			return nil
		}},
		{name: "a loop over the columns, two goroutines", run: func() error {
			var parts [2][64]int64
			var group sync.WaitGroup
			for p := range parts {
				group.Go(func() {
					for i := p; i < c.Customers(); i += len(parts) {
						from, to := c.Range(i)
						for k := from + 1; k < to; k++ {
							parts[p][c.Name[k-1]<<3|c.Name[k]]++
						}
					}
				})
			}
			group.Wait()
			n := int64(0)
			for i := range parts[0] {
				n += parts[0][i] + parts[1][i]
			}
			if n == 0 {
				return errors.New("nothing")
			}
			return nil
		}},
	}}, nil
}
