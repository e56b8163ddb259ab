package scorecard_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// course is a series of shares of 100 customers, or of undefined months where
// below zero.
func course(d metrics.Direction, shares ...int64) scorecard.Series {
	s := scorecard.Series{Metric: metrics.Definition{ID: "x", Name: "X", Unit: metrics.UnitShare, Direction: d}}
	for i, n := range shares {
		p := scorecard.Point{Month: calendar.NewMonth(2026, 1).Add(i)}
		if n >= 0 {
			p.Value = metrics.NewCount(n, 100)
			p.Interval, _ = metrics.Wilson(n, 100, 0.95)
		}
		s.Points = append(s.Points, p)
	}
	return s
}

func TestSeries_Trend(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s       scorecard.Series
		change  float64
		slope   float64
		verdict scorecard.Verdict
	}{
		{course(metrics.HigherIsBetter, 10, 20, 60), 0.4, 0.25, scorecard.Better},
		{course(metrics.LowerIsBetter, 10, 20, 60), 0.4, 0.25, scorecard.Worse},
		{course(metrics.LowerIsBetter, 60, 20, 10), -0.1, -0.25, scorecard.Better},
		{course(metrics.HigherIsBetter, 60, 35, 10), -0.25, -0.25, scorecard.Worse},
		{course(metrics.HigherIsBetter, 10, 11), 0.01, 0.01, scorecard.Unclear},
		{course(metrics.HigherIsBetter, 10, -1, 10), 0, 0, scorecard.Steady},
		{course(metrics.HigherIsBetter, 10, -1, 50), 0.4, 0.2, scorecard.Better},
		{course(metrics.DirectionDepends, 10, 60), 0.5, 0.5, scorecard.NoVerdict},
		{course(metrics.HigherIsBetter, 10), 0, 0, scorecard.NoVerdict},
		{course(metrics.HigherIsBetter), 0, 0, scorecard.NoVerdict},
	} {
		got := c.s.Trend()
		assert.InDelta(t, c.change, got.Change, 1e-12, c.s)
		assert.InDelta(t, c.slope, got.Slope, 1e-12, c.s)
		assert.Equal(t, c.verdict, got.Verdict, c.s)
		assert.Equal(t, got.Months > 1, got.Compared != nil)
	}
	assert.Equal(t, "X: 60.0% in 2026-03, +0.4 (better)", course(metrics.HigherIsBetter, 10, 20, 60).String())
	assert.Equal(t, "no trend", scorecard.Trend{}.String())
	assert.Len(t, course(metrics.HigherIsBetter, 10, -1, 3).Course(), 3)
}

func TestSeries_Standing(t *testing.T) {
	t.Parallel()
	jan, jul := calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 7)
	line := func(from, to int64) scorecard.Goal {
		return scorecard.Goal{Target: metrics.NewCount(to, 100), Start: metrics.NewCount(from, 100), From: jan, Until: jul}
	}
	now := func(to int64) scorecard.Goal { return scorecard.Goal{Target: metrics.NewCount(to, 100)} }
	for _, c := range []struct {
		s                      scorecard.Series
		g                      scorecard.Goal
		reached, onTrack, sure bool
		missing                float64
		says                   string
	}{
		{course(metrics.HigherIsBetter, 20, 30, 40), now(40), true, true, false, 0, "goal 40.0% reached"},
		{course(metrics.HigherIsBetter, 20, 30, 40), now(45), false, false, false, 0.05, "goal 45.0% missed by 0.05"},
		{course(metrics.HigherIsBetter, 20, 30, 40), now(80), false, false, true, 0.4, "goal 80.0% missed by 0.4"},
		{course(metrics.LowerIsBetter, 20, 30, 40), now(45), true, true, false, 0, "goal 45.0% reached"},
		{course(metrics.LowerIsBetter, 20, 30, 40), now(10), false, false, true, 0.3, "goal 10.0% missed by 0.3"},
		// March is two of six months from January to July: 20 + 60/3 = 40 is due.
		{course(metrics.HigherIsBetter, 20, 30, 40), line(20, 80), false, true, true, 0.4, "goal 80.0% on track"},
		{course(metrics.HigherIsBetter, 20, 30, 39), line(20, 80), false, false, true, 0.41, "goal 80.0% missed by 0.41"},
		{course(metrics.LowerIsBetter, 50, 45, 40), line(50, 20), false, true, true, 0.2, "goal 20.0% on track"},
		{course(metrics.LowerIsBetter, 50, 45, 41), line(50, 20), false, false, true, 0.21, "goal 20.0% missed by 0.21"},
	} {
		c.s.Goal = &c.g
		got := c.s.Standing()
		assert.Equal(t, []bool{c.reached, c.onTrack, c.sure}, []bool{got.Reached, got.OnTrack, got.Sure}, c.says)
		assert.InDelta(t, c.missing, got.Missing, 1e-12)
		assert.Equal(t, c.says, got.String())
	}
	assert.Equal(t, scorecard.Standing{}, course(metrics.HigherIsBetter, 1).Standing())
	// A target at the very end of the interval is still possible.
	for _, c := range []struct {
		d      metrics.Direction
		target int64
		sure   bool
	}{
		{metrics.HigherIsBetter, 50, false},
		{metrics.HigherIsBetter, 51, true},
		{metrics.LowerIsBetter, 25, false},
		{metrics.LowerIsBetter, 24, true},
	} {
		s, g := course(c.d, 40), now(c.target)
		s.Points[0].Interval, s.Goal = metrics.Estimate{Value: 0.4, Lo: 0.25, Hi: 0.5, Level: 0.95, N: 100}, &g
		assert.Equal(t, c.sure, s.Standing().Sure, "%v %d", c.d, c.target)
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	for unit, want := range map[metrics.Unit]string{
		metrics.UnitShare: "312.5%", metrics.UnitCount: "3", metrics.UnitMoney: "3.12", metrics.UnitMultiple: "3.12×",
		metrics.UnitMonths: "3.1 months", metrics.UnitTime: "3s",
	} {
		assert.Equal(t, want, scorecard.Show(unit, metrics.NewCount(25, 8)), unit)
	}
	assert.Equal(t, "36.0 h", scorecard.Show(metrics.UnitTime, metrics.NewCount(129600, 1)))
	assert.Equal(t, "3.0 days", scorecard.Show(metrics.UnitTime, metrics.NewCount(3*86400, 1)))
	assert.Equal(t, "undefined", scorecard.Show(metrics.UnitShare, metrics.Ratio{}))
}

type enumeration interface {
	fmt.Stringer
	encoding.TextMarshaler
	driver.Valuer
}

type settable interface {
	encoding.TextUnmarshaler
	sql.Scanner
}

func TestEnums_Text(t *testing.T) {
	t.Parallel()
	check := func(e enumeration, into settable, back func() enumeration, known bool) {
		text, err := e.MarshalText()
		if !known {
			require.ErrorIs(t, err, fault.ErrUnknown)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, e.String(), string(text))
		require.NoError(t, into.UnmarshalText(text))
		assert.Equal(t, e, back())
		v, err := e.Value()
		require.NoError(t, err)
		require.NoError(t, into.Scan(v))
		assert.Equal(t, e, back())
		require.ErrorIs(t, into.UnmarshalText([]byte("moon")), fault.ErrUnknown)
	}
	for r := range scorecard.RuleFunction + 2 {
		var b scorecard.Rule
		check(r, &b, func() enumeration { return b }, r <= scorecard.RuleFunction)
	}
	for d := range scorecard.ByAttr + 2 {
		var b scorecard.Dimension
		check(d, &b, func() enumeration { return b }, d <= scorecard.ByAttr)
	}
	for x := range scorecard.PartTouch + 2 {
		var b scorecard.Touch
		check(x, &b, func() enumeration { return b }, x <= scorecard.PartTouch)
	}
	for v := range scorecard.Worse + 2 {
		var b scorecard.Verdict
		check(v, &b, func() enumeration { return b }, v <= scorecard.Worse)
	}
}
