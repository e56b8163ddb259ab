package calendar

import "time"

// Quarter is the quarter, 1 to 4, of the month in a fiscal year that begins
// with the month start; 0 for the zero Month. Which calendar year names the
// fiscal year differs between companies and is left to the caller.
func (m Month) Quarter(start time.Month) int {
	if m.IsZero() {
		return 0
	}
	return m.sinceFiscalStart(start)/3 + 1
}

// QuarterStart is the first month of the quarter of m in a fiscal year that
// begins with the month start; zero for the zero Month.
func (m Month) QuarterStart(start time.Month) Month {
	return m.Add(-(m.sinceFiscalStart(start) % 3))
}

// FiscalStart is the first month of the fiscal year of m, which begins with
// the month start; zero for the zero Month.
func (m Month) FiscalStart(start time.Month) Month {
	return m.Add(-m.sinceFiscalStart(start))
}

// sinceFiscalStart is 0 to 11, for any value of start.
func (m Month) sinceFiscalStart(start time.Month) int {
	return ((int(m.Month())-int(start%12))%12 + 12) % 12
}
