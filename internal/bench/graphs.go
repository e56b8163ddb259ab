package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	file := filepath.Join(os.TempDir(), "lifecycle-bench-events.csv")
	var b strings.Builder
	for i := range list {
		fmt.Fprintf(&b, "%s,%s,%d\n", list[i].Customer, list[i].Name, list[i].At.Unix())
	}
	_ = os.WriteFile(file, []byte(b.String()), 0o600) // who reads it says so if it is not there
	pair := strconv.FormatInt(count["visited\x00paid"], 10)
	const read = `import csv
rows = list(csv.reader(open(sys.argv[1])))
def check(n):
    if n != int(sys.argv[2]): raise SystemExit(f'{n}, ours {sys.argv[2]}')
`
	plain := python("", read+`rows = [(c, n) for c, n, _ in rows]
def graph():
    last, count = {}, {}
    for c, n in rows:
        p = last.get(c)
        if p is not None: count[p, n] = count.get((p, n), 0) + 1
        last[c] = n
    return count
check(took(graph)['visited', 'paid'])`, file, pair)
	plain.name = "Python, dicts"
	pm4py := python("pandas pm4py", read+`import pandas, pm4py
d = pandas.DataFrame(rows, columns=['case:concept:name', 'concept:name', 'time:timestamp'])
d['time:timestamp'] = pandas.to_datetime(d['time:timestamp'].astype(int), unit='s', utc=True)
check(took(lambda: pm4py.discover_dfg(d)[0])['visited', 'paid'])`, file, pair)
	pm4py.name = "pm4py (Python)"
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
		plain, pm4py,
	}}, nil
}
