package report_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/report"
)

// march is the page of the small books.
func march() report.Page {
	p, err := report.Books(smallBooks(), jan.Add(2), report.Options{})
	must(err)
	return p
}

// Who left, those who paid most first, for the next meeting.
func ExamplePage_Churned() {
	t := march().Churned(report.Options{})
	for _, row := range t.Rows {
		fmt.Println(row[0].Text, row[3].Text, row[6].Text)
	}
	// Output:
	// bolt cancellation −300.00
	// Total  −300.00
}

// The same page in another language: it says so, and which way it is read.
func ExamplePage_HTML() {
	page, err := march().HTML(report.Options{Words: report.Arabic()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(string(page)) {
		if strings.Contains(line, "<html") || strings.Contains(line, "Content-Security-Policy") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	fmt.Println("scripts:", strings.Count(string(page), "<script"))
	// Output:
	// <html lang="ar" dir="rtl">
	// <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
	// scripts: 0
}

// Why February changed, the largest movement first.
func ExamplePage_Moves() {
	p, err := report.Books(smallBooks(), jan.Add(1), report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	csv, err := p.Moves(report.Options{}).CSV()
	fmt.Print(string(csv), err)
	// Output:
	// Customer,Date,Kind,Cause,Before (balance),After (balance),Difference (activity)
	// core,2026-02-20,new,start,0.00,60.00,60.00
	// acme,2026-02-10,expansion,quantity,100.00,140.00,40.00
	// Total,,,,,,100.00
	// <nil>
}

// On a narrow terminal columns that do not fit follow below.
func ExampleTable_Text() {
	t := march().Churned(report.Options{})
	t.Notes = nil
	fmt.Print(t.Text(40))
	// Output:
	// Churned customers
	// Customer  Date        Kind
	// bolt      2026-03-09  churn
	// Total
	//
	// Customer  Cause         Before  After
	// bolt      cancellation  300.00   0.00
	// Total
	//
	// Customer  Difference
	// bolt         −300.00
	// Total        −300.00
}

// Any word can be another: here accounts are what a customer is called.
func ExampleEnglish() {
	w := report.English()
	w.Customer = "Account"
	t := march().Churned(report.Options{Words: w})
	fmt.Println(t.Columns[0].Title, t.Rows[0][0].Text)
	// Output:
	// Account bolt
}

func ExampleThai() {
	w := report.Thai()
	fmt.Println(w.Language, w.RTL, w.Customers, w.Churn)
	// Output:
	// th false ลูกค้า เลิกใช้
}

func ExampleArabic() {
	w := report.Arabic()
	fmt.Println(w.Language, w.RTL, w.Customers, w.Churn)
	// Output:
	// ar true العملاء انقطاع
}

// From the header of a request: a region does not matter, and what is not
// shipped is English and says so.
func ExampleWordsIn() {
	for _, language := range []string{"th-TH", "ar", "de"} {
		w, ok := report.WordsIn(language)
		fmt.Println(language, w.Language, ok)
	}
	// Output:
	// th-TH th true
	// ar ar true
	// de en false
}
