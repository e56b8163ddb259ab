package mining_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func graphOf(t require.TestingT, all ...touchpoint.Event) *mining.Graph {
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	g, err := mining.DirectlyFollows(log, mining.Options{})
	require.NoError(t, err)
	return g
}

// Edges of two graphs: the published comparison 120/1000 against 150/1000
// (analytics2 §2), corrected for all edges; ends are edges too.
func TestCompare_Edges(t *testing.T) {
	t.Parallel()
	groups := [2][]touchpoint.Event{}
	for g, won := range []int{120, 150} {
		for i := range 1000 {
			next := "leave"
			if i < won {
				next = "pay"
			}
			groups[g] = append(groups[g], seconds(strconv.Itoa(i), "trial "+next)...)
		}
	}
	c, err := mining.Compare(graphOf(t, groups[0]...), graphOf(t, groups[1]...), 0)
	require.NoError(t, err)
	require.Len(t, c.Edges, 4, "trial to either, and the end of either")
	pay := c.Edges[1]
	assert.Equal(t, []string{"trial", "pay"}, []string{pay.From, pay.To})
	assert.Equal(t, "120/1000", pay.Share.A.Fraction())
	assert.InDelta(t, .0600082585701, pay.Share.Difference.Hi, 1e-12)
	assert.InDelta(t, 1.3782434204e-05, pay.Share.Difference.Lo, 1e-12)
	// Two p of .0496 and two of 1 (every leave and pay is the end): Benjamini and
	// Hochberg make them 4/2 × .0496.
	assert.InDelta(t, 2*.0496403868654, pay.P, 1e-9)
	assert.Equal(t, time.Second, pay.MedianA)
	assert.Empty(t, c.Differing())
	less, err := mining.Compare(graphOf(t, groups[0]...), graphOf(t, groups[1]...), 0.9)
	require.NoError(t, err)
	assert.Len(t, less.Differing(), 2)
	assert.Contains(t, less.String(), "trial -> pay: 12.0%, then 15.0% (+3.0 points")
	assert.Len(t, less.Rows(), 5)
	b, err := json.Marshal(less)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"median_a":"1s"`)
	_, err = mining.Compare(graphOf(t), graphOf(t), 2)
	require.ErrorIs(t, err, mining.ErrOptions)
	only, err := mining.Compare(graphOf(t), graphOf(t, seconds("c", "a b")...), 0)
	require.NoError(t, err)
	assert.Len(t, only.Edges, 2)
	assert.Empty(t, only.Differing(), "nobody to compare with")
}

func TestService_ByHand(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, time.March, 2, hour, 0, 0, 0, time.UTC) }
	event := func(c, name string, hour int, attrs ...string) touchpoint.Event {
		e := touchpoint.Event{Customer: c, Name: name, At: at(hour), Attrs: map[string]string{}}
		for k := 0; k+1 < len(attrs); k += 2 {
			e.Attrs[attrs[k]] = attrs[k+1]
		}
		return e
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"team", "due"}}.LogOf(
		event("anna", "asked", 8, "team", "north", "due", "2026-03-02T10:00:00Z"), event("anna", "asked", 9, "team", "south", "due", "2026-03-02"),
		event("anna", "answered", 10), event("anna", "answered", 12), event("anna", "answered", 13),
		event("ben", "asked", 8, "team", "north", "due", "soon"), event("ben", "asked", 9, "team", "north", "due", "2026-03-02T11:00:00Z"),
		event("ben", "answered", 10),
		event("cleo", "asked", 20, "team", "south"),
	)
	require.NoError(t, err)
	spec := mining.ServiceSpec{Begin: touchpoint.Named("asked"), Done: touchpoint.Named("answered"), Within: 2 * time.Hour, OwnerAttr: "team", AsOf: at(21)}
	r, err := mining.Service(log, spec)
	require.NoError(t, err)
	assert.Equal(t, []int64{5, 3, 2, 2, 1}, []int64{r.All.Cases, r.All.Done, r.All.Late, r.All.Open, r.Unasked})
	assert.Equal(t, "2/4", r.All.Share.Fraction(), "cleo's is not due; anna's second took three hours, ben's second is open and past due")
	require.Len(t, r.Owners, 2)
	assert.Equal(t, "1/3", r.Owners[0].Share.Fraction())
	assert.Equal(t, "north", r.Owners[0].Owner)
	assert.Equal(t, 2*time.Hour, r.Owners[0].Median)
	require.Len(t, r.Overdue(), 1)
	assert.Equal(t, "ben", r.Overdue()[0].Customer)
	assert.False(t, r.Cases[0].Late, "done at the due instant is in time")
	assert.Contains(t, r.String(), "south: 2 cases, 100.0% late, 1 open")
	assert.Equal(t, []string{"north", "3", "2", "1", "1", "33.33%", "2h0m0s", "2h0m0s"}, r.Rows()[2])
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"median":"2h0m0s"`)
	assert.NotContains(t, string(b), "0001-01-01", "an unset time is absent")

	spec.Within, spec.DueAttr = 0, "due"
	r, err = mining.Service(log, spec)
	require.NoError(t, err)
	assert.Equal(t, []int64{3, 2, 1, 1, 2}, []int64{r.All.Cases, r.All.Done, r.All.Late, r.All.Open, r.NoDue})
	assert.Equal(t, time.Date(2026, time.March, 2, 23, 59, 59, 999999999, time.UTC), r.Cases[1].Due, "the end of the day")
	for says, bad := range map[string]mining.ServiceSpec{
		"mining: options: Begin, Done 0, 1 matches: want a match in each":              {Done: spec.Done, Within: 1},
		"mining: options: Within 0s: want one of Within, more than zero, and DueAttr":  {Begin: spec.Begin, Done: spec.Done},
		"mining: options: Within 1ns: want one of Within, more than zero, and DueAttr": {Begin: spec.Begin, Done: spec.Done, Within: 1, DueAttr: "due"},
		"mining: service: attribute \"none\": the log does not keep this column":       {Begin: spec.Begin, Done: spec.Done, DueAttr: "none"},
	} {
		_, err := mining.Service(log, bad)
		require.EqualError(t, err, says)
	}
}

// The promised dates of a real log of permits: late is a last event behind the
// deadline of the case, counted by hand.
func TestService_RealLog(t *testing.T) {
	t.Parallel()
	rows := readRows(t, "receipt.csv")
	var all []touchpoint.Event
	type last struct{ at, due time.Time }
	cases := map[string]*last{}
	end := time.Time{}
	for _, row := range rows {
		at, due := parseTime(t, row["time:timestamp"]), row["case:deadline"]
		c := row["case:concept:name"]
		if cases[c] == nil {
			cases[c] = &last{}
			all = append(all, touchpoint.Event{Customer: c, Name: "asked", At: parseTime(t, row["case:startdate"]).Add(-time.Hour * 24 * 400), Attrs: map[string]string{"due": strings.Replace(due, " ", "T", 1), "group": row["case:group"]}})
			if due != "" {
				cases[c].due = parseTime(t, due)
			}
		}
		if at.After(cases[c].at) {
			cases[c].at = at
		}
		if at.After(end) {
			end = at
		}
	}
	late, none := int64(0), int64(0)
	for c, l := range cases {
		all = append(all, touchpoint.Event{Customer: c, Name: "answered", At: l.at})
		switch {
		case l.due.IsZero():
			none++
		case l.at.After(l.due):
			late++
		}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"due", "group"}}.LogOf(all...)
	require.NoError(t, err)
	r, err := mining.Service(log, mining.ServiceSpec{Begin: touchpoint.Named("asked"), Done: touchpoint.Named("answered"), DueAttr: "due", OwnerAttr: "group", AsOf: end})
	require.NoError(t, err)
	assert.Equal(t, []int64{int64(len(cases)) - none, late, none, 0}, []int64{r.All.Done, r.All.Late, r.NoDue, r.All.Open})
	sum := int64(0)
	for _, o := range r.Owners {
		sum += o.Cases
	}
	assert.Equal(t, r.All.Cases, sum)
	assert.Positive(t, late)
}

func readRows(t *testing.T, file string) (out []map[string]string) {
	t.Helper()
	b, err := os.ReadFile(data(t, "processmining", file))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	head := strings.Split(strings.TrimSpace(strings.TrimPrefix(lines[0], "\ufeff")), ",")
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(strings.TrimSpace(line), ",") {
			row[head[i]] = cell
		}
		out = append(out, row)
	}
	return out
}

// What goes with slow journeys and with those that leave the definition.
func TestCauses(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 100 {
		c := "c" + strconv.Itoa(100+i)
		gap, names := int64(1), "sign_up convert upgrade"
		if i%4 == 0 {
			gap, names = 100, "sign_up ask convert upgrade upgrade"
		}
		for k, name := range strings.Fields(names) {
			all = append(all, touchpoint.Event{Customer: c, Name: name, At: time.Unix(int64(k)*gap, 0), Channel: touchpoint.Channel([]string{"web", "web", "app"}[i%3])})
		}
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	slow, err := mining.Slow(log, mining.CauseOptions{Try: funnel.CorrelateOptions{Channel: true}})
	require.NoError(t, err)
	assert.Equal(t, []int64{100, 25}, []int64{slow.Entered, slow.Converted})
	best := slow.All()[0]
	assert.Equal(t, []any{"event", "ask", int64(25), int64(0)}, []any{best.Property, best.Event, best.With, best.WithLost})
	assert.Less(t, best.P, 1e-9)
	bad, err := mining.NonConforming(machine(t), log, nil, mining.CauseOptions{})
	require.NoError(t, err)
	assert.Equal(t, []int64{100, 25}, []int64{bad.Entered, bad.Converted}, "the second upgrade has no place")
	assert.Equal(t, "ask", bad.All()[0].Event)
	some, err := mining.Slow(log, mining.CauseOptions{Options: mining.Options{Customers: func(c string) bool { return c < "c110" }}, Share: 0.5})
	require.NoError(t, err)
	assert.Equal(t, int64(10), some.Entered)
	_, err = mining.Slow(log, mining.CauseOptions{Share: 1})
	require.ErrorIs(t, err, mining.ErrOptions)
	none, err := mining.Slow(nil, mining.CauseOptions{})
	require.NoError(t, err)
	assert.Zero(t, none.Entered)
}

// Bytes that somebody else wrote are refused, or say of each deviation that
// somebody made it.
func TestConformance_OtherBytes(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "a", Name: "sign_up", At: time.Unix(0, 0)},
		touchpoint.Event{Customer: "b", Name: "sign_up", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "b", Name: "sign_up", At: time.Unix(1, 0)},
	)
	require.NoError(t, err)
	r, err := mining.ConformanceOf(machine(t), log, nil, mining.Options{})
	require.NoError(t, err)
	data, err := r.MarshalBinary()
	require.NoError(t, err)
	require.NotEmpty(t, r.Deviations)
	// Two moves of two customers, a and b, as two moves of nobody.
	data = data[:len(data)-4] // without the checksum
	head, found := bytes.CutSuffix(data, []byte("\x02\x02\x00\x02\x01a\x01b"))
	require.True(t, found)
	require.ErrorContains(t, new(mining.ConformanceReport).UnmarshalBinary(pack.Frame(append(slices.Clip(head), 2, 0, 0, 0), 0)), "not a valid encoded result")
	for i, was := range data {
		for _, b := range []byte{0, 1, 2, 3, was + 1, was - 1} {
			other := slices.Clone(data)
			other[i] = b
			var back mining.ConformanceReport
			if back.UnmarshalBinary(pack.Frame(other, 0)) != nil {
				continue
			}
			for _, d := range back.Deviations {
				require.Positive(t, d.Customers, "byte %d as %d", i, b)
				require.GreaterOrEqual(t, d.N, d.Customers)
			}
		}
	}
}

// Reports of shards, through their binary form and in any order, are the report
// of the whole, byte for byte; options bound the customers.
func TestLaw_ConformanceAddsUp(t *testing.T) {
	d := machine(t)
	known := d.Triggers()
	deviations, examples := 0, 0
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		part := map[string]int{}
		for c := range rapid.IntRange(0, 14).Draw(t, "customers") {
			name := "ค" + strconv.Itoa(c)
			part[name] = rapid.IntRange(0, 2).Draw(t, "part")
			for k := range rapid.IntRange(1, 5).Draw(t, "events") {
				all = append(all, touchpoint.Event{Customer: name, Name: string(rapid.SampledFrom(append(slices.Clone(known), "noise")).Draw(t, "name")), At: time.Unix(int64(k), 0)})
			}
		}
		o := mining.Options{From: time.Unix(0, 0), To: time.Unix(4, 0)}
		report := func(keep func(e touchpoint.Event) bool) *mining.ConformanceReport {
			log, err := touchpoint.LogOf(slices.DeleteFunc(slices.Clone(all), func(e touchpoint.Event) bool { return !keep(e) })...)
			require.NoError(t, err)
			r, err := mining.ConformanceOf(d, log, nil, o)
			require.NoError(t, err)
			return r
		}
		whole := report(func(touchpoint.Event) bool { return true })
		var sum *mining.ConformanceReport
		for _, p := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			b, err := report(func(e touchpoint.Event) bool { return part[e.Customer] == p }).MarshalBinary()
			require.NoError(t, err)
			var r mining.ConformanceReport
			require.NoError(t, r.UnmarshalBinary(b))
			if sum == nil {
				sum = &r
				continue
			}
			require.NoError(t, sum.Merge(&r))
		}
		want, err := whole.MarshalBinary()
		require.NoError(t, err)
		got, err := sum.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
		a, err := json.Marshal(whole)
		require.NoError(t, err)
		b, err := json.Marshal(sum)
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
		if whole.Customers > 0 {
			require.ErrorIs(t, sum.Merge(whole), mining.ErrMerge)
			again, err := sum.MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, want, again, "refused, so untouched")
		}
		deviations += len(whole.Deviations)
		for _, d := range whole.Deviations {
			if len(d.Examples) == 5 {
				examples++
			}
		}
		if whole.Customers > 0 {
			// The mean of fitness, customer by customer.
			mean := 0.0
			for _, events := range onlyKnown(all, d) {
				al, err := mining.Align(d, events...)
				require.NoError(t, err)
				f, _ := al.Fitness.Float64()
				mean += f / float64(whole.Customers)
			}
			require.InDelta(t, mean, whole.MeanFitness.Value, 1e-9)
		}
	}, law.Counters{"deviations": &deviations, "examples": &examples})
	r, err := mining.Conformance(d, nil, nil)
	require.NoError(t, err)
	other, err := mining.Conformance(d, nil, journey.Rules{{Name: "sign_up"}})
	require.NoError(t, err)
	require.ErrorIs(t, r.Merge(other), mining.ErrMerge, "under other rules")
	require.ErrorIs(t, new(mining.ConformanceReport).Merge(r), mining.ErrMerge)
}

// onlyKnown are the triggers of each customer in the first four seconds.
func onlyKnown(all []touchpoint.Event, d *journey.Definition) map[string][]journey.Trigger {
	out := map[string][]journey.Trigger{}
	for _, e := range all {
		if e.At.Unix() < 4 && slices.Contains(d.Triggers(), journey.Trigger(e.Name)) {
			out[e.Customer] = append(out[e.Customer], journey.Trigger(e.Name))
		}
	}
	return out
}

func FuzzConformance_UnmarshalBinary(f *testing.F) {
	log, err := touchpoint.LogOf(slices.Concat(seconds("anna", "sign_up upgrade noise"), seconds("ben", "sign_up start_trial convert"))...)
	require.NoError(f, err)
	r, err := mining.Conformance(machine(f), log, nil)
	require.NoError(f, err)
	b, err := r.MarshalBinary()
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(data); n > 4 { // with a checksum that fits, so that what lies behind it is reached
			data = pack.Frame(slices.Clone(data[:n-4]), 0)
		}
		var r mining.ConformanceReport
		if err := r.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, mining.ErrEncoding)
			return
		}
		again, err := r.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		_, err = json.Marshal(&r)
		require.NoError(t, err)
		_ = r.String()
	})
}

// Names cannot break a drawing; rare edges are left out; every table is CSV.
func TestDraw(t *testing.T) {
	t.Parallel()
	g := graphOf(t, slices.Concat(
		[]touchpoint.Event{{Customer: "h", Name: "a\"; b", At: time.Unix(0, 0)}, {Customer: "h", Name: "=x\n", At: time.Unix(90000, 0)}},
		seconds("c1", "a b b"), seconds("c2", "a b"),
	)...)
	all := g.Mermaid(mining.DrawOptions{Title: "T: 1"})
	assert.Equal(t, `---
title: "T: 1"
---
stateDiagram-v2
    state "#61;x#92;n × 1" as s0
    state "a × 2" as s1
    state "a#34;#59; b × 1" as s2
    state "b × 3" as s3
    [*] --> s1 : × 2
    [*] --> s2 : × 1
    s1 --> s3 : × 2, 1s
    s2 --> s0 : × 1, 1d1h
    s3 --> s3 : × 1, 1s
    s0 --> [*] : × 1
    s3 --> [*] : × 2
`, all)
	dot := g.DOT(mining.DrawOptions{Least: 2, CountsOnly: true})
	assert.Equal(t, `digraph "" {
    rankdir=LR;
    node [shape=box, style=rounded];
    start [shape=point, label=""];
    s0 [label="=x\\n\n1"];
    s1 [label="a\n2"];
    s2 [label="a\"; b\n1"];
    s3 [label="b\n3"];
    start -> s1 [label="2"];
    s1 -> s3 [label="2", penwidth=5.00];
    stop [shape=doublecircle, label=""];
    s3 -> stop [label="2"];
}
`, dot)
	b, err := mining.CSV(g)
	require.NoError(t, err)
	assert.Contains(t, string(b), "from,to,n,mean,median,min,max\n")
	assert.Contains(t, string(b), "'=x", "a spreadsheet takes no formula")
	log, err := touchpoint.LogOf(seconds("c1", "a b b")...)
	require.NoError(t, err)
	cases, err := mining.CasesOf(log, mining.Options{})
	require.NoError(t, err)
	paths, err := mining.Paths(log, mining.PathOptions{})
	require.NoError(t, err)
	conf, err := mining.Conformance(machine(t), log, nil)
	require.NoError(t, err)
	_, found, err := mining.Discover(log, mining.DiscoverOptions{})
	require.NoError(t, err)
	variants, err := mining.Variants(log, mining.Options{})
	require.NoError(t, err)
	for _, table := range []interface{ Rows() [][]string }{cases, paths, conf, found, variants} {
		rows := table.Rows()
		for _, row := range rows {
			assert.Len(t, row, len(rows[0]), "%T", table)
		}
		j, err := json.Marshal(table)
		require.NoError(t, err)
		assert.NotContains(t, string(j), `"Mean"`, "%T", table)
		assert.NotEqual(t, "{}", string(j))
	}
	assert.Equal(t, []string{"1", "a", "b", "1", "1s"}, paths.Rows()[1])
	assert.Equal(t, "1_a -> 2_b 1 mean 1s\n", paths.String())
	assert.Equal(t, []string{"b", "2", "1", "1", "0", "1", "1s", "1s"}, cases.Rows()[2])
	for d, want := range map[time.Duration]string{0: "0s", 1500 * time.Microsecond: "2ms", 61 * time.Second: "1m1s", 90 * time.Minute: "1h30m", 49 * time.Hour: "2d1h", 48 * time.Hour: "2d", 400 * 24 * time.Hour: "400d"} {
		one := graphOf(t, touchpoint.Event{Customer: "c", Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "c", Name: "b", At: time.Unix(0, int64(d))})
		assert.Contains(t, one.Mermaid(mining.DrawOptions{}), fmt.Sprint("× 1, ", want, "\n"))
	}
}
