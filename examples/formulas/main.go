// Command formulas computes the usual rates from numbers in hand: no ledger,
// no files.
//
//	go run ./examples/formulas
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
)

func main() {
	flag.Usage = func() {
		_, _ = io.WriteString(flag.CommandLine.Output(), "usage: formulas  (no flags: the numbers are in main.go)\n")
	}
	flag.Parse()
	if err := run(os.Stdout); err != nil {
		_, _ = io.WriteString(os.Stderr, "formulas: "+err.Error()+"\n")
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	eur := decimal.NewFromInt
	month := metrics.Customers{Opening: 200, New: 12, Churned: 9, NewAndChurned: 1}
	churn, err1 := metrics.ChurnRate(month, metrics.ChurnStandard)
	nrr, err2 := metrics.NRR(metrics.Revenue{Opening: eur(23550), New: eur(1400), Expansion: eur(900), Contraction: eur(150), Churn: eur(600)})
	cac, err3 := metrics.CAC(eur(9600), month.New)
	arpa, err4 := metrics.ARPA(eur(25100), month.Closing())
	ltv, err5 := metrics.LTV(metrics.LTVInput{ARPA: arpa, GrossMargin: decimal.New(8, -1), Churn: churn})
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "churn %s = %s of %s\nNRR   %s\nCAC   %.2f\nLTV   %.2f\n",
		churn.Percent(2), churn.Num(), churn.Den(), nrr.Percent(2), cac, ltv)
	return err
}
