package clv

import (
	"encoding/json"
	"fmt"
)

func (m StaticBGNBD) theta() []float64 { return extended(m.Base.theta(), m.Rate, m.Life) }

func (m StaticBGNBD) fitting() *fitted { return m.fit }

func (m StaticBGNBD) logs() int { return 4 }

func (m StaticBGNBD) at(p []float64) StaticBGNBD {
	n := 4 + len(m.Rate)
	return StaticBGNBD{Base: BGNBD{}.at(p[:4]), Rate: p[4:n:n], Life: p[n:], fit: m.fit}
}

func (m StaticParetoNBD) theta() []float64 { return extended(m.Base.theta(), m.Rate, m.Life) }

func (m StaticParetoNBD) fitting() *fitted { return m.fit }

func (m StaticParetoNBD) logs() int { return 4 }

func (m StaticParetoNBD) at(p []float64) StaticParetoNBD {
	n := 4 + len(m.Rate)
	return StaticParetoNBD{Base: ParetoNBD{}.at(p[:4]), Rate: p[4:n:n], Life: p[n:], fit: m.fit}
}

func extended(base, rate, life []float64) []float64 {
	return append(append(append([]float64(nil), base...), rate...), life...)
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m StaticBGNBD) Report() FitReport {
	return reportOf(m.fit, "BG/NBD with covariates", m.names(), m.theta())
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m StaticParetoNBD) Report() FitReport {
	return reportOf(m.fit, "Pareto/NBD with covariates", m.names(), m.theta())
}

func (m StaticBGNBD) names() []string { return covariateNames(m.Base.names(), m.Rate, m.Life) }

func (m StaticParetoNBD) names() []string { return covariateNames(m.Base.names(), m.Rate, m.Life) }

func covariateNames(names []string, rate, life []float64) []string {
	for i := range rate {
		names = append(names, fmt.Sprintf("rate.%d", i+1))
	}
	for i := range life {
		names = append(names, fmt.Sprintf("life.%d", i+1))
	}
	return names
}

// String is the report for people.
func (m StaticBGNBD) String() string { return m.Report().String() }

// String is the report for people.
func (m StaticParetoNBD) String() string { return m.Report().String() }

// MarshalJSON writes the report, parameters and coefficients by name.
func (m StaticBGNBD) MarshalJSON() ([]byte, error) { return json.Marshal(m.Report()) }

// MarshalJSON writes the report, parameters and coefficients by name.
func (m StaticParetoNBD) MarshalJSON() ([]byte, error) { return json.Marshal(m.Report()) }
