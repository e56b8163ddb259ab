// Command personas groups what happened and what was paid by who the customers
// are: one classifier, two streams, one key.
//
//	go run ./examples/personas
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

func main() {
	flag.Usage = func() {
		_, _ = io.WriteString(flag.CommandLine.Output(), "usage: personas  (no flags: the customers are in data.go)\n")
	}
	flag.Parse()
	if err := run(os.Stdout); err != nil {
		_, _ = io.WriteString(os.Stderr, "personas: "+err.Error()+"\n")
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	classifier, err := personas().Compile()
	if err != nil {
		return err
	}
	by, err := classifier.Assign(slices.Values(profiles()))
	if err != nil {
		return err
	}
	key := func(customer string) string { return by[customer] }
	why, err := classifier.Classify(profiles()[0])
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s\n\n", why); err != nil {
		return err
	}
	if err := money(out, key); err != nil {
		return err
	}
	return journeys(out, key)
}

// money groups the ledger: what each persona pays, and how much of it stays.
func money(out io.Writer, key func(string) string) error {
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return err
	}
	if err := books.Append(changes()...); err != nil {
		return err
	}
	march := calendar.NewMonth(2026, 3)
	segments, err := books.StatementsBy(march, march, key)
	if err != nil {
		return err
	}
	for _, s := range segments {
		st := s.Statements[0]
		nrr, err := metrics.NRR(st.Revenue)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%-6s MRR %s to %s EUR, NRR %s\n", s.Key, st.Revenue.Opening, st.Revenue.Closing(), nrr.Percent(0)); err != nil {
			return err
		}
	}
	return nil
}

// journeys groups the log: how many of each persona are in which stage.
func journeys(out io.Writer, key func(string) string) error {
	log, err := source.Log(touchpoint.LogOptions{}, nil, source.CSV(strings.NewReader(events), source.Options{}))
	if err != nil {
		return err
	}
	replay, err := preset.SaaS().ReplayLog(log, nil, journey.ReplayOptions{Key: key})
	if err != nil {
		return err
	}
	for id, part := range replay.Parts() {
		var stages []string
		for customer := range log.ByCustomer() {
			if j, ok := part.Journey(customer); ok {
				stages = append(stages, fmt.Sprintf("%s in %s", customer, j.Stage()))
			}
		}
		if _, err := fmt.Fprintf(out, "\n%-6s %s", id, strings.Join(stages, ", ")); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, "\n")
	return err
}
