// Quickstart shows the main job of the library on one page: subscriptions go in;
// monthly movements, rates, cohorts and the reasons behind one month come out.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -in subscriptions.csv -to 2025-12 -months 12
//
// Without -in it reads the subscriptions of an invented company.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
)

//go:embed subscriptions.csv
var invented string

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	in := flags.String("in", "", "read subscriptions from `FILE`: CSV with the columns customer, from, to and amount,\nand more as package csvspan says")
	months := flags.Int("months", 6, "`N` months of statements")
	var to calendar.Month
	flags.TextVar(&to, "to", to, "last complete `MONTH`, like 2025-12 (default: of the last change)")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil || flags.NArg() > 0 || *months < 1:
		_, _ = fmt.Fprintln(stderr, "quickstart: no arguments but flags, see -h; -months is 1 or more")
		return 2
	}
	text, err := onePage(*in, to, *months)
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "quickstart:", err)
		return 1
	}
	return 0
}

// read makes books of the subscriptions in a file.
func read(file string) (*ledger.Ledger, error) {
	text := []byte(invented)
	if file != "" {
		var err error
		if text, err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	spans, findings, err := csvspan.Read(bytes.NewReader(text), csvspan.Options{})
	if err = errors.Join(err, importer.FaultsOf("csvspan", findings)); err != nil {
		return nil, err
	}
	reading, err := policy.Read(spans, policy.Standard(), policy.Options{})
	if err != nil {
		return nil, err
	}
	return reading.Ledger()
}

// onePage is the text to print.
func onePage(file string, to calendar.Month, months int) (string, error) {
	books, err := read(file)
	if err != nil {
		return "", err
	}
	if _, last, some := books.Span(); !some {
		return "", errors.New("no subscriptions")
	} else if to.IsZero() {
		to = calendar.MonthOf(last, nil)
	}
	page, err1 := report.Books(books, to, report.Options{})
	came, err2 := cohort.New(books, cohort.Options{Through: to, Every: 3})
	if err := errors.Join(err1, err2); err != nil {
		return "", err
	}
	shown := page.Statements[max(0, len(page.Statements)-months):]
	bridge, err1 := report.Bridge(shown, report.Options{})
	rates, err2 := ratesOf(shown)
	kept, err3 := report.Cohorts(came, cohort.NRR, report.Options{})
	if err := errors.Join(err1, err2, err3); err != nil {
		return "", err
	}
	why := page.Moves(report.Options{})
	return strings.Join([]string{bridge.Table().String(), rates.String(), kept.Table().String(), why.String()}, "\n"), nil
}

// ratesOf are the rates of statements: each knows what it was divided by.
func ratesOf(statements []ledger.Statement) (report.Table, error) {
	rows := [][]string{{"Month", "Customers", "Churn", "GRR", "NRR", "ARPA"}}
	show := func(r metrics.Ratio) string { return strings.TrimPrefix(r.Percent(1), "undefined") }
	for _, s := range statements {
		churn, err1 := metrics.ChurnRate(s.Customers, metrics.ChurnStandard)
		grr, err2 := metrics.GRR(s.Revenue)
		nrr, err3 := metrics.NRR(s.Revenue)
		arpa, err4 := metrics.ARPA(s.Revenue.Closing(), s.ClosingCustomers)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return report.Table{}, err
		}
		rows = append(rows, []string{s.Month.String(), fmt.Sprint(s.ClosingCustomers), show(churn), show(grr), show(nrr), fmt.Sprintf("%.2f", arpa)})
	}
	return report.FromRows("Rates", rows, report.Options{})
}
