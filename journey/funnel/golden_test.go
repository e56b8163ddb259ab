package funnel_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// trace reads "1a 2b 3c": event a at second 1, and so on, of one customer.
func trace(t require.TestingT, text string) *touchpoint.Log {
	var events []touchpoint.Event
	for word := range strings.FieldsSeq(text) {
		digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz")
		at, err := strconv.Atoi(digits)
		require.NoError(t, err)
		events = append(events, touchpoint.Event{Customer: "c", Name: word[len(digits):], At: time.Unix(int64(at), 0)})
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	return log
}

func steps(names string) (out []funnel.Step) {
	for n := range strings.FieldsSeq(names) {
		out = append(out, funnel.Step{Any: touchpoint.Named(n)})
	}
	return out
}

func level(t require.TestingT, log *touchpoint.Log, spec funnel.Spec) (int, []int) {
	r, err := funnel.Run(log, spec)
	require.NoError(t, err)
	n, times := r.Level("c")
	var seconds []int
	for i, at := range times {
		if i > 0 {
			seconds = append(seconds, int(at.Sub(times[i-1])/time.Second))
		}
	}
	return n, seconds
}

// Table F2 of the reference: ClickHouse 26.7 and a port of PostHog's matcher on
// twelve traces, steps a, b, c, ten seconds.
func TestPublished_Traces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		trace                                 string
		ordered, increasing, repeat, anyOrder int
		seconds                               []int
	}{
		{"1a 2b 3c", 3, 3, 3, 3, []int{1, 1}},
		{"1a 2d 3b 4c", 3, 3, 1, 3, []int{2, 1}},
		{"1a 2a 3b 3c", 3, 2, 3, 3, []int{1, 0}},
		{"1b 2a 3c 4b 5c", 3, 3, 1, 3, []int{2, 1}},
		{"1a 2b 3a 4c", 3, 3, 2, 3, []int{1, 2}},
		{"1a 2b 12c", 2, 2, 2, 2, []int{1}},
		{"1a 8a 9b 11c", 3, 3, 3, 3, []int{1, 2}},
		{"1a 1b 1c", 3, 1, 3, 3, []int{0, 0}},
		{"1c 2b 3a", 1, 1, 1, 3, nil},
		{"1a 2c 3b", 2, 2, 1, 3, []int{2}},
		{"1a 2b 3b 4c", 3, 3, 3, 3, []int{1, 2}},
		{"1a 2b 3d 4c", 3, 3, 2, 3, []int{1, 2}},
	} {
		spec := funnel.Spec{Steps: steps("a b c"), Window: 10 * time.Second}
		log := trace(t, c.trace)
		n, seconds := level(t, log, spec)
		assert.Equal(t, c.ordered, n, c.trace)
		assert.Equal(t, c.seconds, seconds, c.trace)
		spec.StrictlyIncreasing = true
		n, _ = level(t, log, spec)
		assert.Equal(t, c.increasing, n, "increasing: %s", c.trace)
		spec.StrictlyIncreasing, spec.Order = false, funnel.ConsecutiveAllowRepeats
		n, _ = level(t, log, spec)
		assert.Equal(t, c.repeat, n, "consecutive: %s", c.trace)
		spec.Order = funnel.AnyOrder
		n, _ = level(t, log, spec)
		assert.Equal(t, c.anyOrder, n, "any order: %s", c.trace)
	}
}

// 300 random traces through ClickHouse and the port, of steps a, b, c in eight
// seconds; 196 of them without equal instants also through the other orders.
func TestPublished_Golden300(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is not set: no reference data")
	}
	f, err := os.Open(filepath.Join(dir, "journey", "funnel", "funnel_golden_300.csv"))
	require.NoError(t, err)
	defer f.Close()
	lines := csv.NewReader(f)
	lines.FieldsPerRecord = -1 // the title of the first column has commas
	rows, err := lines.ReadAll()
	require.NoError(t, err)
	checked := 0
	for _, row := range rows[1:] {
		log := trace(t, row[0])
		for col, spec := range map[int]funnel.Spec{
			1: {}, 2: {StrictlyIncreasing: true}, 3: {Order: funnel.ConsecutiveAllowRepeats}, 4: {Order: funnel.AnyOrder},
		} {
			if row[col] == "" {
				continue
			}
			spec.Steps, spec.Window = steps("a b c"), 8*time.Second
			n, _ := level(t, log, spec)
			assert.Equal(t, row[col], strconv.Itoa(n), "%s: column %d", row[0], col)
			checked++
		}
	}
	assert.Equal(t, 300+300+196+196, checked)
}

// F1: a window's bound belongs to it (ClickHouse test 00632).
func TestPublished_WindowIsInclusive(t *testing.T) {
	t.Parallel()
	log := trace(t, "1000a 1001b 1002c 1003d 1004e 1005f 1006g 1007h 1008i")
	for w, want := range map[int]int{2: 3, 3: 4, 4: 5} {
		n, _ := level(t, log, funnel.Spec{Steps: steps("d e f g h"), Window: time.Duration(w) * time.Second})
		assert.Equal(t, want, n)
	}
	n, _ := level(t, log, funnel.Spec{Steps: steps("i b"), Window: time.Hour})
	assert.Equal(t, 1, n)
}

// F3: one event fills one step, also where the steps are alike.
func TestPublished_SameStepThrice(t *testing.T) {
	t.Parallel()
	spec := funnel.Spec{Steps: steps("a a a"), Window: 10 * time.Second}
	for text, want := range map[string]int{"1a 2a 3a": 3, "1a 1a 1a": 3, "1a": 1} {
		n, _ := level(t, trace(t, text), spec)
		assert.Equal(t, want, n, text)
	}
	spec.StrictlyIncreasing = true
	n, _ := level(t, trace(t, "1a 1a 1a"), spec)
	assert.Equal(t, 1, n)
}

// F4: PostHog's test of its strict funnel, and ours of every order.
func TestPublished_StrictCounts(t *testing.T) {
	t.Parallel()
	people := map[string]string{
		"p1": "s", "p2": "p s", "p3": "s p x i", "p4": "i x p s", "p5": "p s x p i", "p6": "x s x p", "p7": "x s p i x", "p8": "i p",
	}
	var events []touchpoint.Event
	for who, text := range people {
		for i, name := range strings.Fields(text) {
			events = append(events, touchpoint.Event{Customer: who, Name: name, At: time.Unix(int64(60*i), 0)})
		}
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	r, err := funnel.Run(log, funnel.Spec{Steps: steps("s p i"), Order: funnel.ConsecutiveAllowRepeats})
	require.NoError(t, err)
	assert.Equal(t, []int64{7, 2, 1}, counts(r))
	assert.Equal(t, []string{"p7"}, all(r.Who(3, false)))
	assert.Equal(t, []string{"p3"}, all(r.Who(2, true)))
}

func counts(r *funnel.Report) (out []int64) {
	for _, s := range r.Steps() {
		out = append(out, s.Customers)
	}
	return out
}

func all(seq func(func(string) bool)) (out []string) {
	for s := range seq {
		out = append(out, s)
	}
	return out
}

// F5 and F6: conversion times, and incomplete later tries that do not change
// them (PostHog).
func TestPublished_Times(t *testing.T) {
	t.Parallel()
	at := func(clock string) time.Time {
		out, err := time.Parse("2006-01-02 15:04", "2021-05-"+clock)
		require.NoError(t, err)
		return out
	}
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "p1", Name: "s", At: at("01 12:00")}, touchpoint.Event{Customer: "p1", Name: "p", At: at("01 13:00")}, touchpoint.Event{Customer: "p1", Name: "b", At: at("01 15:00")},
		touchpoint.Event{Customer: "p2", Name: "s", At: at("01 14:00")}, touchpoint.Event{Customer: "p2", Name: "p", At: at("01 16:00")},
		touchpoint.Event{Customer: "p3", Name: "s", At: at("01 14:00")}, touchpoint.Event{Customer: "p3", Name: "p", At: at("01 16:00")}, touchpoint.Event{Customer: "p3", Name: "b", At: at("01 17:00")},
	)
	require.NoError(t, err)
	r, err := funnel.Run(log, funnel.Spec{Steps: steps("s p b")})
	require.NoError(t, err)
	s := r.Steps()
	assert.Equal(t, []time.Duration{6000 * time.Second, 7200 * time.Second, 5400 * time.Second, 5400 * time.Second},
		[]time.Duration{s[1].Time.Mean, s[1].Time.Median, s[2].Time.Mean, s[2].Time.Median})
	assert.Equal(t, "2/3", s[2].FromPrevious.Fraction())
	assert.Equal(t, "3/3", s[0].FromPrevious.Fraction())

	log, err = touchpoint.LogOf(
		touchpoint.Event{Customer: "c", Name: "s", At: at("01 01:00")}, touchpoint.Event{Customer: "c", Name: "p", At: at("01 02:00")}, touchpoint.Event{Customer: "c", Name: "x", At: at("01 03:00")},
		touchpoint.Event{Customer: "c", Name: "s", At: at("03 04:00")}, touchpoint.Event{Customer: "c", Name: "x", At: at("03 05:00")},
		touchpoint.Event{Customer: "c", Name: "s", At: at("04 07:00")}, touchpoint.Event{Customer: "c", Name: "p", At: at("04 10:00")},
	)
	require.NoError(t, err)
	r, err = funnel.Run(log, funnel.Spec{Steps: steps("s p"), Window: 24 * time.Hour})
	require.NoError(t, err)
	assert.Equal(t, funnel.Durations{Mean: time.Hour, Median: time.Hour, P90: time.Hour}, r.Steps()[1].Time)
}

// F7 (PostHog 25048), F8 (Mixpanel's anchor), F9 (exclusions), F10 (re-entry).
func TestPublished_Single(t *testing.T) {
	t.Parallel()
	second := func(n int) time.Duration { return time.Duration(n) * time.Second }
	for _, c := range []struct {
		name, trace string
		spec        funnel.Spec
		want        int
	}{
		{"F7", "1o 10p 10p 11p", funnel.Spec{Steps: steps("o p p")}, 3},
		{"F8 best", "0a 1800a 2700b 4500c", funnel.Spec{Steps: steps("a b c"), Window: time.Hour}, 3},
		{"F8 first", "0a 1800a 2700b 4500c", funnel.Spec{Steps: steps("a b c"), Window: time.Hour, Anchor: funnel.FirstEntry}, 2},
		{"F9 between", "1a 2d 3b", excluding(), 0},
		{"F9 after", "1a 2b 3d", excluding(), 2},
		{"F9 alone", "1a 2d", excluding(), 0},
		{"F9 a clean attempt as far", "1a 2d 3a", excluding(), 1},
		{"F9 a clean attempt further", "1a 2d 3a 4b", excluding(), 2},
		{"F9 before the first", "1d 2a 3b", excluding(), 2},
		{"F10", "100b 200v 300b 400p", funnel.Spec{Steps: steps("b v p"), Window: second(600)}, 3},
		{"F10 consecutive", "100b 200v 300b 400p", funnel.Spec{Steps: steps("b v b p"), Window: second(600), Order: funnel.Consecutive}, 4},
		{"no repeats", "1a 2b 3b 4c", funnel.Spec{Steps: steps("a b c"), Order: funnel.Consecutive}, 2},
		{"a repeat opens anew", "1a 2a 3b 4c", funnel.Spec{Steps: steps("a b c"), Order: funnel.Consecutive}, 3},
	} {
		n, _ := level(t, trace(t, c.trace), c.spec)
		assert.Equal(t, c.want, n, c.name)
	}
}

func excluding() funnel.Spec {
	return funnel.Spec{Steps: steps("a b"), Window: 10 * time.Second, Exclude: []funnel.Exclusion{{Any: touchpoint.Named("d"), After: 0, Before: 1}}}
}

// Any order reports the earliest window, in the order of the steps.
func TestAnyOrder_Times(t *testing.T) {
	t.Parallel()
	spec := funnel.Spec{Steps: steps("a b c"), Window: 10 * time.Second, Order: funnel.AnyOrder}
	r, err := funnel.Run(trace(t, "1c 2b 3a 20a 21b 22c"), spec)
	require.NoError(t, err)
	n, times := r.Level("c")
	require.Equal(t, 3, n)
	assert.Equal(t, []int64{3, 2, 1}, []int64{times[0].Unix(), times[1].Unix(), times[2].Unix()})
	assert.Equal(t, time.Second, r.Steps()[2].Time.Median, "in the order of time")
	spec.RequireFirst = true
	_, times = mustRun(t, trace(t, "1c 2b 3a 20a 21b 22c"), spec).Level("c")
	assert.Equal(t, int64(20), times[0].Unix())
}

func mustRun(t require.TestingT, log *touchpoint.Log, spec funnel.Spec) *funnel.Report {
	r, err := funnel.Run(log, spec)
	require.NoError(t, err)
	return r
}
