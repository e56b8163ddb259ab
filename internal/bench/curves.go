package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// curves is the Kaplan-Meier estimate of how long customers stay, in days.
func curves(o options) (work, error) {
	r := rand.New(rand.NewPCG(5, 6))
	n := max(1000, o.scale/10)
	subjects := make([]survival.Subject, n)
	for i := range subjects {
		subjects[i] = survival.Subject{Exit: math.Ceil(r.ExpFloat64() * 300), Event: r.IntN(3) > 0}
	}
	const day = 365
	estimate := func() (float64, error) {
		c, err := survival.KaplanMeier(slices.Values(subjects), survival.Options{})
		if err != nil {
			return 0, err
		}
		return c.At(day).S, nil
	}
	want, err := estimate()
	if err != nil {
		return work{}, err
	}
	name := filepath.Join(os.TempDir(), "lifecycle-bench-curves.csv")
	var b strings.Builder
	for _, s := range subjects {
		fmt.Fprintf(&b, "%.0f,%t\n", s.Exit, s.Event)
	}
	_ = os.WriteFile(name, []byte(b.String()), 0o600) // who reads it says so if it is not there
	share := strconv.FormatFloat(want, 'g', -1, 64)
	const read = `import csv
rows = [(float(t), e == 'true') for t, e in csv.reader(open(sys.argv[1]))]
def check(share):
    if abs(share - float(sys.argv[2])) > 1e-12: raise SystemExit(f'{share}, ours {sys.argv[2]}')
`
	plain := python("", read+`def estimate():
    share, left, i, rest = 1.0, len(rows), 0, sorted(rows)
    while i < len(rest) and rest[i][0] <= 365:
        t, died, gone = rest[i][0], 0, 0
        while i < len(rest) and rest[i][0] == t:
            died += rest[i][1]; gone += 1; i += 1
        share *= 1 - died / left; left -= gone
    return share
check(took(estimate))`, name, share)
	plain.name = "Python, a loop"
	lifelines := python("lifelines", read+`from lifelines import KaplanMeierFitter
t, e = [r[0] for r in rows], [r[1] for r in rows]
check(float(took(lambda: KaplanMeierFitter().fit(t, e).predict(365))))`, name, share)
	lifelines.name = "lifelines (Python)"
	survfit := rscript("survival", `a <- commandArgs(TRUE); d <- read.csv(a[1], header=FALSE); suppressMessages(library(survival))
b <- proc.time()[["elapsed"]]; s <- summary(survfit(Surv(d$V1, d$V2 == "true") ~ 1), times=365)$surv
cat(sprintf("%.0f\n", (proc.time()[["elapsed"]] - b) * 1e9)); if (abs(s - as.numeric(a[2])) > 1e-12) stop(s)`, name, share)
	survfit.name = "survival (R)"
	return work{name: fmt.Sprintf("Kaplan-Meier of %d customers", n), unit: "customer", units: n, who: []contender{
		{name: "metrics/survival", run: func() error {
			got, err := estimate()
			if err == nil && got != want {
				err = fmt.Errorf("%v, before %v", got, want)
			}
			return err
		}},
		plain, lifelines, survfit,
	}}, nil
}
