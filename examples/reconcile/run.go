package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// flags are what the user asked for. A zero month and currency are for the
// input to decide.
type flags struct {
	in       string
	a, b     policy.Policy
	month    calendar.Month
	currency money.Currency
	rates    rates
	test     bool
	json     bool
}

const usage = `Usage: reconcile [-in FILE] [-a POLICY] [-b POLICY] [-month MONTH] [-json]

Prints MRR under two policies, why they differ, and both policies in words.

FILE has Stripe's objects as its API, exports or webhooks write them: lists,
single objects, JSON lines. Subscriptions are read, and invoices for policies
that go by them. Without -in the subscriptions of an invented company are read.

POLICY is a preset (%s)
or a file ending in .json with the rules that differ from Standard, such as
  {"name": "ours", "discounts": "all", "churn_date": "end-requested"}

`

func parseFlags(args []string, stderr io.Writer) (flags, error) {
	f := flags{a: policy.Stripe(), b: policy.Standard()}
	fs := flag.NewFlagSet("reconcile", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		var names []string
		for _, p := range policy.Presets() {
			names = append(names, p.Name)
		}
		cli.Say(stderr, fmt.Sprintf(usage, strings.Join(names, ", ")))
		fs.PrintDefaults()
	}
	fs.StringVar(&f.in, "in", "", "read Stripe's objects from `FILE`")
	fs.Func("a", "first `POLICY` (default Stripe)", func(s string) error { return readPolicy(s, &f.a) })
	fs.Func("b", "second `POLICY` (default Standard)", func(s string) error { return readPolicy(s, &f.b) })
	fs.TextVar(&f.month, "month", calendar.Month{}, "`MONTH` such as 2026-05 (default: the last in which a charge began)")
	fs.Func("currency", "`CODE` of the results (default: that of most charges)", func(s string) (err error) {
		f.currency, err = money.ParseCurrency(s)
		return err
	})
	fs.Func("rate", "exchange `RATE` for all time, such as EUR=1.08; may be repeated", f.rates.add)
	fs.BoolVar(&f.test, "test", false, "count test-mode records under both policies")
	fs.BoolVar(&f.json, "json", false, "print one JSON object")
	if err := fs.Parse(args); err != nil {
		return f, err
	}
	if fs.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q; a file is given with -in", fs.Arg(0))
		return f, cli.Refuse(stderr, "reconcile", err)
	}
	if f.test {
		f.a.CountTest, f.b.CountTest = true, true
	}
	return f, nil
}

// readPolicy reads a preset by its name or a policy from a file.
func readPolicy(s string, to *policy.Policy) error {
	if !strings.HasSuffix(s, ".json") {
		p, err := policy.Preset(s)
		if err == nil {
			*to = p
		}
		return err
	}
	b, err := os.ReadFile(s)
	if err != nil {
		return err
	}
	var p policy.Policy
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*to = p
	return nil
}

// run is the program.
func run(args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stderr)
	return cli.Run("reconcile", err, stdout, stderr, func(out *bytes.Buffer) error { return write(out, f) })
}

// write is the work between the flags and the output.
func write(out *bytes.Buffer, f flags) error {
	r, err := readAccount(f.in)
	if err != nil {
		return err
	}
	o := policy.Options{Currency: f.currency, Invoices: r.lines}
	if o.Currency == "" {
		o.Currency = r.currency()
	}
	table := f.rates
	if f.in == "" && len(table) == 0 {
		table = invented
	}
	if o.Rates, err = table.to(o.Currency); err != nil {
		return err
	}
	month := f.month
	switch {
	case !month.IsZero():
	case f.in == "":
		month = story
	default:
		if month = r.month(); month.IsZero() {
			return errors.New("no charge in the input; name a month with -month")
		}
	}
	result, err := policy.Reconcile(r.spans, f.a, f.b, month, o)
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(out, r, result)
	}
	return writeText(out, r, result)
}
