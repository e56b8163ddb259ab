// Package report draws what the other packages compute: pictures, tables and
// one page, without a browser, a script or a remote reference.
//
// A Figure is a picture with its data. Each is made by the function named
// after what it shows, from a result as it is:
//
//	books, err := ledger.New(ledger.Options{Currency: "EUR"})
//	…
//	page, err := report.Books(books, calendar.NewMonth(2026, time.June), report.Options{})
//	html, err := page.HTML(report.Options{})            // one self-contained document
//	figure, err := report.Bridge(page.Statements, report.Options{})
//	picture := figure.SVG()                             // a picture for a file
//	csv, err := figure.Table().CSV()                    // its data, exact
//	text := figure.Table().Text(80)                     // the same for a terminal
//
// The way of the data:
//
//	ledger.Statement, Segment, Restatement ─▶ Bridge, Statement, Segments, Restatements ─┐
//	cohort.Table, survival.Curve, forecast.Projection ─▶ Cohorts, LayerCake, Tenure …   ─┤
//	funnel, retention, replay, credits ─▶ Funnel, Retention, Flow, Attribution          ─┼▶ Figure ─▶ SVG, Phone, VegaLite
//	policy.Reconciliation ─▶ Reconciliation; everything of one customer ─▶ Timeline     ─┤   └─▶ Table ─▶ CSV, Markdown, HTML, Text
//	a picture from elsewhere, such as a journey map ─▶ Embed                            ─┘
//	Figures, tables, statements, movements, policy ─▶ Page ─▶ HTML, Markdown
//
// Pictures are truthful: bars grow from zero, amounts below zero hang below
// it, what is not reached or not defined is blank and never zero, a curve that
// holds until the next event is drawn in steps. They are told apart without
// colour, are light or dark as the reader prefers, and say in a sentence what
// they show. Ticks are 1, 2 or 5 times a power of ten; no text touches
// another.
//
// Tables carry exact amounts, rounded once, half even, to the currency's minor
// unit; an undefined rate is a dash and, in CSV, an empty cell. A column or row
// says whether it is an activity of the period or a balance at its end.
//
// All fixed words are a value, Words, in English, Arabic and Thai. Equal input
// gives equal bytes. Values are safe everywhere. Package report/png, a module
// of its own, turns pictures into PNG.
package report
