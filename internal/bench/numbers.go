package main

import (
	"errors"
	"strconv"

	"github.com/cockroachdb/apd/v3"
	govalues "github.com/govalues/decimal"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/shopspring/decimal"
)

const (
	amounts  = 1024
	sumTimes = 200
)

// sums is an exact sum of amounts in cents.
func sums(options) (work, error) {
	ours := make([]decimal.Decimal, amounts)
	other := make([]govalues.Decimal, amounts)
	third := make([]*apd.Decimal, amounts)
	for i := range ours {
		cents := int64(i*i*7919%1_000_003) + 1
		ours[i] = decimal.New(cents, -2)
		d, err := govalues.New(cents, 2)
		if err != nil {
			return work{}, err
		}
		other[i], third[i] = d, apd.New(cents, -2)
	}
	want := decimal.Sum(ours[0], ours[1:]...)
	wrong := errors.New("another sum")
	repeat := func(f func() (string, error)) func() error {
		return func() error {
			for range sumTimes {
				got, err := f()
				if err != nil {
					return err
				}
				if got != "" && got != want.StringFixed(2) {
					return wrong
				}
			}
			return nil
		}
	}
	check := func(d decimal.Decimal) error {
		if !d.Equal(want) {
			return wrong
		}
		return nil
	}
	py := python("", `from decimal import Decimal
rows = [Decimal(i * i * 7919 % 1000003 + 1).scaleb(-2) for i in range(int(sys.argv[1]))]
def sums():
    for _ in range(int(sys.argv[2])):
        total = sum(rows, Decimal(0))
    return total
if took(sums) != Decimal(sys.argv[3]): raise SystemExit('another sum')`, strconv.Itoa(amounts), strconv.Itoa(sumTimes), want.StringFixed(2))
	py.name = "Python decimal"
	context := apd.BaseContext.WithPrecision(30)
	return work{name: "sum of 1,024 amounts", unit: "sum", units: sumTimes, who: []contender{
		{name: "metrics.SumOf", run: repeat(func() (string, error) {
			d, err := metrics.SumOf(ours...)
			if err != nil {
				return "", err
			}
			return "", check(d)
		})},
		{name: "shopspring decimal.Sum", run: repeat(func() (string, error) { return "", check(decimal.Sum(ours[0], ours[1:]...)) })},
		{name: "shopspring Add, one by one", run: repeat(func() (string, error) {
			var d decimal.Decimal
			for _, x := range ours {
				d = d.Add(x)
			}
			return "", check(d)
		})},
		{name: "govalues/decimal", run: repeat(func() (string, error) {
			d := govalues.Zero
			for _, x := range other {
				var err error
				if d, err = d.Add(x); err != nil {
					return "", err
				}
			}
			return d.String(), nil
		})},
		{name: "cockroachdb/apd", run: repeat(func() (string, error) {
			var d apd.Decimal
			for _, x := range third {
				if _, err := context.Add(&d, &d, x); err != nil {
					return "", err
				}
			}
			return d.Text('f'), nil
		})},
		py,
	}}, nil
}
