package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// maxShown is how many customers are shown one by one.
const maxShown = 20

func report(out *bytes.Buffer, log *touchpoint.Log, r *journey.Replay, by journey.By) {
	counts(out, log, r)
	if r.Customers() == 0 {
		return
	}
	customers(out, r)
	sojourns(out, r, by)
	refusals(out, r, by)
	fmt.Fprintf(out, "\n```mermaid\n%s```\n", r.Mermaid(by))
}

func counts(out *bytes.Buffer, log *touchpoint.Log, r *journey.Replay) {
	c := r.Counts()
	fmt.Fprintf(out, "%d events of %d customers, replayed through %q\n", log.Len(), log.Customers(), r.Definition().Name())
	fmt.Fprintf(out, "accepted %d, of which %d only counted towards milestones; refused %d; fired by timers %d\n",
		c.Accepted, c.Observed, c.Refused, c.Timers)
	byChannel := map[touchpoint.Channel]int{}
	for e := range log.Events() {
		byChannel[e.Channel]++
	}
	for i, ch := range slices.Sorted(maps.Keys(byChannel)) {
		name, before := string(ch), ", "
		if ch == "" {
			name = "no channel"
		}
		if i == 0 {
			before = "by channel: "
		}
		fmt.Fprintf(out, "%s%s %d", before, name, byChannel[ch])
	}
	if len(byChannel) > 0 {
		out.WriteString("\n")
	}
}

// customers shows the way of each, a stage that was left and entered again as
// often as it was.
func customers(out *bytes.Buffer, r *journey.Replay) {
	fmt.Fprintf(out, "\nWhere they are on %s\n", r.Horizon().Format(time.DateOnly))
	width, n := 0, int64(0)
	for id := range r.Stages() {
		if n++; n > maxShown {
			break
		}
		width = max(width, len([]rune(id)))
	}
	n = 0
	for id := range r.Stages() {
		if n++; n > maxShown {
			fmt.Fprintf(out, "  and %d more\n", r.Customers()-maxShown)
			return
		}
		var way []string
		var since time.Time
		for _, v := range r.Visits(id) {
			way = append(way, string(v.Stage))
			since = v.From
		}
		fmt.Fprintf(out, "  %-*s  %s, since %s\n", width, id, strings.Join(way, " → "), since.Format(time.DateOnly))
	}
}

func sojourns(out *bytes.Buffer, r *journey.Replay, by journey.By) {
	lines := r.Sojourns(by)
	width := len("stage")
	for _, s := range lines {
		width = max(width, len([]rune(s.Name)))
	}
	fmt.Fprintf(out, "\nTime in each %s, in days; mean and median of the visits that ended\n", by)
	fmt.Fprintf(out, "  %-*s  here now  visits   mean  median    total\n", width, by)
	for _, s := range lines {
		mean, _ := s.Mean()
		median, ok := s.Quantile(0.5)
		fmt.Fprintf(out, "  %-*s  %8d  %6d  %5s  %6s  %7.1f\n", width, s.Name, s.Open, s.Visits, inDays(mean, ok), inDays(median, ok), s.Total.Days())
	}
	fmt.Fprintf(out, "  %-*s  %8d  %6s  %5s  %6s  %7.1f\n", width, "all", r.Customers(), "", "", "", r.Observed().Days())
}

// inDays shows a duration; one that is not defined is not zero.
func inDays(d time.Duration, ok bool) string {
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.1f", d.Hours()/24)
}

func refusals(out *bytes.Buffer, r *journey.Replay, by journey.By) {
	list := r.Refusals(by)
	if len(list) == 0 {
		out.WriteString("\nNo event was refused\n")
		return
	}
	out.WriteString("\nRefused events\n")
	for _, f := range list {
		fmt.Fprintf(out, "  %q in %s: %d, %v", f.Trigger, f.Stage, f.Count, f.Err)
		if f.Guarded {
			out.WriteString(" by its guard or gate")
		}
		if len(f.Allowed) > 0 {
			fmt.Fprintf(out, "; allowed are %q", f.Allowed)
		}
		if len(f.Examples) > 0 {
			e := f.Examples[0]
			fmt.Fprintf(out, "; first %s on %s", e.Customer, e.At.Format(time.DateOnly))
		}
		out.WriteString("\n")
	}
}
