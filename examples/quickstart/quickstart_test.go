package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
)

// execute runs the program and returns what it prints.
func execute(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(args, &out, &err)
	return out.String(), err.String(), code
}

// file writes a CSV file with the right header.
func file(t *testing.T, rows ...string) string {
	t.Helper()
	return rawFile(t, header+"\n"+strings.Join(rows, "\n")+"\n")
}

func rawFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "periods.csv")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

func TestText_Golden(t *testing.T) {
	t.Parallel()
	out, stderr, code := execute(t)
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	golden.Equal(t, "quickstart.txt", []byte(out))
}

func TestJSON_Golden(t *testing.T) {
	t.Parallel()
	out, stderr, code := execute(t, "-json")
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	assert.Equal(t, 1, strings.Count(out, "\n"), "one line")
	var lines bytes.Buffer
	require.NoError(t, json.Indent(&lines, []byte(out), "", "  "))
	golden.Equal(t, "quickstart.json", lines.Bytes())
}

// Few customers, no spend, no currency, and a month to explain.
func TestText_FromFile(t *testing.T) {
	t.Parallel()
	in := file(t,
		"s1,acme,2025-01-01,2025-03-01,100",
		"s1,acme,2025-03-01,,120.50", // a new price
		"s2,acme,2025-02-15,,30",     // a second subscription
		"s3,bolt,2025-01-20,2025-02-10,80",
		"s4,bolt,2025-03-05,,80", // back again
		"s5,cato,2025-02-01,2025-02-01,999",
	)
	out, stderr, code := execute(t, "-in", in, "-why", "2025-03")
	assert.Zero(t, code)
	assert.Empty(t, stderr)
	golden.Equal(t, "file.txt", []byte(strings.ReplaceAll(out, in, "FILE")))
}

func TestMonths(t *testing.T) {
	t.Parallel()
	in := file(t, "s1,acme,2025-02-10,,100", "s2,bolt,2025-04-10,2025-06-01,50")
	ended := file(t, "s1,acme,2025-02-10,2025-07-01,100", "s2,bolt,2025-04-10,2025-06-01,50")
	for _, tt := range []struct {
		name         string
		args         []string
		first, last  string
		cohort1, and int // ages of acme's and bolt's cohorts
	}{
		{"from the first change to the last", []string{"-in", in}, "2025-02", "2025-06", 5, 3},
		{"to also bounds the cohorts", []string{"-in", in, "-to", "2025-04"}, "2025-02", "2025-04", 3, 1},
		{"from does not", []string{"-in", in, "-from", "2025-05"}, "2025-05", "2025-06", 5, 3},
		{"months around the data", []string{"-in", in, "-from", "2024-11", "-to", "2026-02"}, "2024-11", "2026-02", 13, 11},
		{"an export that ends everything", []string{"-in", ended}, "2025-02", "2025-07", 2, 0},
		{"unless told otherwise", []string{"-in", ended, "-to", "2025-07"}, "2025-02", "2025-07", 6, 4},
	} {
		out, _, code := execute(t, append(tt.args, "-json")...)
		require.Zero(t, code, tt.name)
		var r reportJSON
		require.NoError(t, json.Unmarshal([]byte(out), &r), tt.name)
		assert.Equal(t, tt.first, r.Months[0].Month.String(), tt.name)
		assert.Equal(t, tt.last, r.Months[len(r.Months)-1].Month.String(), tt.name)
		assert.Len(t, r.Cohorts[0].Logo, tt.cohort1, tt.name)
		if tt.and == 0 {
			assert.Len(t, r.Cohorts, 1, tt.name)
		} else {
			assert.Len(t, r.Cohorts[1].Logo, tt.and, tt.name)
		}
	}
	out, _, _ := execute(t, "-in", ended)
	assert.Contains(t, out, "Cohorts are observed through 2025-03")
}

// Everything wrong is said at once, and nothing is printed as a result.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"rows": {
			header + "\n" + strings.Join([]string{
				",,2025-01-01,2024-12-31,-5",
				"s2,a,2025-13-01,tomorrow,NaN",
				"s3,b,2025-01-01,,1e1000000",
				"s4,c,1800-01-01,2201-01-01,12345678901234567890123",
				"s5,d,2025-01-01,,1",
				"s5,d,2025-02-01,,2",
				`s6,"e,2025-01-01,,1`,
				"s7,f",
				"s8,g,2025-01-01,,1,extra",
				"s9,h,2025-01-01,,",
				"s10,i,2025-01-01,,Inf",
				"s11,j,20250101,,0.0000000000001",
				"s12,k\xff,2025-01-01,,1",
				"s13,l,2025-01-01,,1",
			}, "\n"),
			[]string{
				`line 2: subscription_id "": must not be empty`,
				`line 2: customer_id "": must not be empty`,
				`line 2: end_date "2024-12-31": before start_date 2025-01-01`,
				`line 2: monthly_amount "-5": negative; the least is 0`,
				`line 3: start_date "2025-13-01": not a date like 2025-01-31`,
				`line 3: end_date "tomorrow": not a date like 2025-01-31`,
				`line 3: monthly_amount "NaN": not a decimal number like 49.90, or far out of range`,
				`line 4: monthly_amount "1e1000000": not a decimal number like 49.90, or far out of range`,
				`line 5: start_date "1800-01-01": the year is outside 1900 to 2200`,
				`line 5: end_date "2201-01-01": the year is outside 1900 to 2200`,
				`line 5: monthly_amount "12345678901234567890123": out of range: 23 digits before the point, limit 18`,
				`line 7: start_date "2025-02-01": line 6 already charges for subscription "s5" then`,
				`line 8: row "s6,\"e,2025-01-01,,1": column 20: extraneous or missing " in quoted-field`,
				`line 9: row "s7,f": 2 columns; expected 5: ` + header,
				`line 10: row "s8,g,2025-01-01,,1,extra": 6 columns; expected 5: ` + header,
				`line 11: monthly_amount "": not a decimal number like 49.90, or far out of range`,
				`line 12: monthly_amount "Inf": not a decimal number like 49.90, or far out of range`,
				`line 13: start_date "20250101": not a date like 2025-01-31`,
				`line 13: monthly_amount "0.0000000000001": out of range: 13 decimal places, limit 12`,
				`line 14: customer_id "k�": not valid UTF-8`,
			},
		},
		"header": {
			"subscription,customer_id,start_date,end_date,amount,plan\ns1,a,2025-01-01,,1,x\n",
			[]string{
				`line 1: header "subscription": column 1: expected subscription_id`,
				`line 1: header "amount": column 5: expected monthly_amount`,
				`line 1: header "plan": column 6 is one too many; expected ` + header,
			},
		},
		"missing columns": {
			"subscription_id,customer_id,start_date\n",
			[]string{
				`line 1: header "": column 4 is missing; expected end_date`,
				`line 1: header "": column 5 is missing; expected monthly_amount`,
			},
		},
		"no header":  {"s1,a,2025-01-01,,1\n", []string{`line 1: header "s1": column 1: expected subscription_id`}},
		"bad header": {`"` + header, []string{`line 1: header "": column`}},
		"empty":      {"", []string{`line 1: header "": the file is empty; expected ` + header}},
		"no rows":    {header + "\n\n", []string{`line 1: header "` + header + `": there are no rows below it`}},
		"long line":  {header + "\ns1,a," + strings.Repeat("2", longestLine) + "\n", []string{`line 2: line "": longer than 1048576 bytes`}},
		"long value": {header + "\ns1,a,2025-01-01,," + strings.Repeat("9", 100) + "\n", []string{
			`line 2: monthly_amount "` + strings.Repeat("9", 64) + `"… (100 bytes): longer than 64 bytes`,
		}},
	} {
		out, stderr, code := execute(t, "-json", "-in", rawFile(t, tt.text))
		assert.Equal(t, 1, code, name)
		assert.Empty(t, out, name)
		for _, want := range tt.want {
			assert.Contains(t, stderr, want, name)
		}
		if name != "no header" { // which names every column
			assert.Equal(t, len(tt.want), strings.Count(stderr, "\n")-1, "%s: %s", name, stderr)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	in := file(t, "s1,acme,2025-02-10,,100")
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, 0, header},
		{[]string{"-from", "2025-13"}, 2, "invalid value"},
		{[]string{"-to", "1899-12"}, 2, "invalid value"},
		{[]string{"-nonsense"}, 2, "not defined"},
		{[]string{in}, 2, "a file is given with -in"},
		{[]string{"-in", filepath.Join(t.TempDir(), "absent.csv")}, 1, "absent.csv"},
		{[]string{"-in", t.TempDir()}, 1, "quickstart: "},
		{[]string{"-in", in, "-from", "2025-03"}, 1, "-from 2025-03 is after the last month, 2025-02"},
		{[]string{"-in", in, "-from", "2025-03", "-to", "2025-01"}, 1, "-from 2025-03 is after the last month, 2025-01"},
		{[]string{"-in", in, "-to", "2200-12"}, 1, "the limit is 1200"},
	} {
		out, stderr, code := execute(t, tt.args...)
		assert.Equal(t, tt.code, code, tt.args)
		assert.Empty(t, out, tt.args)
		assert.Contains(t, stderr, tt.want, tt.args)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestRun_SaysWhenItCannotPrint(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	assert.Equal(t, 1, run(nil, failing{}, &stderr))
	assert.Contains(t, stderr.String(), os.ErrClosed.Error())
}
