package ledger_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// TestScripts plays testdata/script/*.ledger and compares what they print with
// the file of the same name ending in .txt. A line is a command and its words;
// the first word of append is the customer, then when, then how much.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.ledger")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".ledger"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			s := script{t: t}
			for line := range strings.Lines(string(src)) {
				if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
					s.line(strings.Fields(line))
				}
			}
			golden.Equal(t, strings.TrimPrefix(strings.TrimSuffix(file, ".ledger"), "testdata/")+".txt", []byte(s.out.String()))
		})
	}
}

type script struct {
	t    *testing.T
	l    *ledger.Ledger // what is asked: the books, or the books as of then
	now  *ledger.Ledger
	opts ledger.Options
	out  strings.Builder
}

func (s *script) say(v any, err error) {
	require.NoError(s.t, err)
	fmt.Fprintln(&s.out, v)
}

func (s *script) line(w []string) {
	t := s.t
	if w[0] != "append" && w[0] != "options" && w[0] != "replace" {
		fmt.Fprintln(&s.out, ">", strings.Join(w, " "))
	}
	if w[0] == "options" {
		s.options(w[1:])
		return
	}
	switch w[0] {
	case "append":
		require.NoError(t, s.l.Append(s.change(w[1:])))
	case "replace":
		var changes []ledger.Change
		for _, v := range w[4:] {
			when, amount, _ := strings.Cut(v, "=")
			changes = append(changes, ledger.Change{At: instant(t, when), Amount: dec(amount)})
		}
		require.NoError(t, s.l.Replace(w[1], w[2], instant(t, w[3]), changes...))
	case "asof":
		s.l = s.now.AsOf(instant(t, w[1]))
	case "now":
		s.l = s.now
	case "mrr":
		s.say(s.l.MRR(instant(t, w[1])).StringFixed(2), nil)
	case "statement":
		s.say(s.l.Statement(month(w[1])))
	case "over":
		s.say(s.l.StatementOver(month(w[1]), month(w[2])))
	case "heads":
		c, err := s.l.Heads(calendar.Period{From: instant(t, w[1]), To: instant(t, w[2])})
		s.say(fmt.Sprintf("%+v", c), err)
	case "movements":
		for m := range s.l.Movements(run(w[1], w[2])) {
			s.say(m, nil)
		}
	case "sum":
		sums, err := s.l.SumBy(run(w[1], w[2]), ledger.ByCause)
		for _, v := range sums {
			s.say(v, err)
		}
	case "plans":
		plans, err := s.l.StatementsByPlan(month(w[1]), month(w[2]))
		for _, p := range plans {
			for i, st := range p.Statements {
				s.say(fmt.Sprintf("%s %s in %s out %s: %s", p.Key, st, p.In[i], p.Out[i], p.Closing(i)), err)
			}
		}
	case "restatements":
		rs, err := s.l.Restatements(month(w[1]), instant(t, w[2]))
		for _, r := range rs {
			s.say(fmt.Sprintf("%s: churn %s", r.Change, r.Revenue.Churn), err)
		}
	default:
		t.Fatalf("no such command: %s", w[0])
	}
}

func (s *script) options(w []string) {
	for _, v := range w {
		k, v, _ := strings.Cut(v, "=")
		d, _ := time.ParseDuration(v)
		switch k {
		case "currency":
			s.opts.Currency = money.Currency(v)
		case "coalesce":
			s.opts.Coalesce = d
		case "mingap":
			s.opts.MinGap = d
		case "maxgap":
			s.opts.MaxGap = d
		}
	}
	s.l = books(s.t, s.opts, nil)
	s.now = s.l
}

func (s *script) change(w []string) ledger.Change {
	c := ledger.Change{Customer: w[0], At: instant(s.t, w[1]), Amount: dec(w[2])}
	for _, v := range w[3:] {
		k, v, _ := strings.Cut(v, "=")
		var err error
		switch k {
		case "cycle":
			c.Cycle, err = calendar.ParseCycle(v)
		case "cause":
			err = c.Cause.UnmarshalText([]byte(v))
		case "plan":
			c.Plan = v
		case "item":
			c.Item = v
		case "alive":
			c.Alive = v == "true"
		default:
			s.t.Fatalf("no such field: %s", k)
		}
		require.NoError(s.t, err)
	}
	return c
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	layout := time.DateOnly
	if strings.Contains(text, "T") {
		layout = "2006-01-02T15:04"
	}
	v, err := time.Parse(layout, text)
	require.NoError(t, err)
	return v
}

func run(from, to string) calendar.Period {
	return calendar.Period{From: month(from).Start(time.UTC), To: month(to).Add(1).Start(time.UTC)}
}
