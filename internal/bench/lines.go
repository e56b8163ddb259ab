package main

import (
	"bufio"
	stdjson "encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/lifecycle-go/lifecycle/internal/vendor"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// webhook is the part of a Stripe event that a span needs.
type webhook struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Created int64  `json:"created"`
	Data    struct {
		Object struct {
			ID       string `json:"id"`
			Customer string `json:"customer"`
			Status   string `json:"status"`
			Currency string `json:"currency"`
			Start    int64  `json:"start_date"`
			Items    struct {
				Data []struct {
					ID       string `json:"id"`
					Quantity int64  `json:"quantity"`
					Price    struct {
						ID        string `json:"id"`
						Unit      int64  `json:"unit_amount"`
						Recurring struct {
							Interval string `json:"interval"`
							Count    int64  `json:"interval_count"`
						} `json:"recurring"`
					} `json:"price"`
				} `json:"data"`
			} `json:"items"`
		} `json:"object"`
	} `json:"data"`
}

// lines is a file of webhooks: ours makes spans of it, the others fill structs.
func lines(options) (work, error) {
	var b strings.Builder
	for _, e := range vendor.Histories(rand.New(rand.NewPCG(1, 2)), 3000, map[string]int{}) {
		b.WriteString(strings.ReplaceAll(vendor.Stripe(e), "\n", " "))
		b.WriteByte('\n')
	}
	text := b.String()
	each := func(read func([]byte, *webhook) error) func() error {
		return func() error {
			in := bufio.NewScanner(strings.NewReader(text))
			in.Buffer(nil, 1<<20)
			for in.Scan() {
				var w webhook
				if err := read(in.Bytes(), &w); err != nil {
					return err
				}
				if w.ID == "" {
					return errors.New("no id")
				}
			}
			return in.Err()
		}
	}
	name := filepath.Join(os.TempDir(), "lifecycle-bench-webhooks.jsonl")
	_ = os.WriteFile(name, []byte(text), 0o600) // who reads it says so if it is not there
	py := python("", `import json
lines = open(sys.argv[1], 'rb').read().splitlines()
def read():
    for line in lines:
        if not json.loads(line)['id']: raise SystemExit('no id')
took(read)`, name)
	py.name = "Python json, to dicts"
	return work{name: "Stripe webhooks from JSON lines", unit: "byte", units: len(text), who: []contender{
		{name: "metrics/billing/stripe, to spans", run: func() error {
			imp, err := stripe.New(stripe.Options{})
			if err != nil {
				return err
			}
			n := 0
			for _, err := range imp.Spans(strings.NewReader(text)) {
				if err != nil {
					return err
				}
				n++
			}
			if n == 0 {
				return errors.New("no spans")
			}
			return nil
		}},
		{name: "encoding/json, to structs", run: each(func(b []byte, w *webhook) error { return stdjson.Unmarshal(b, w) })},
		{name: "go-json-experiment (v2), to structs", run: each(func(b []byte, w *webhook) error { return json.Unmarshal(b, w) })},
		py,
	}}, nil
}
