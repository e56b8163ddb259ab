package clv

// Every model: its report, its text, and JSON that reads back with everything
// a fitted model can do.

// Report is what the fit came to; of a literal, its parameters alone.
func (m BGNBD) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m BGNBD) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m BGNBD) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *BGNBD) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = BGNBD{fit: f}.at(p)
	return nil
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m MBGNBD) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m MBGNBD) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m MBGNBD) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *MBGNBD) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = MBGNBD{fit: f}.at(p)
	return nil
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m ParetoNBD) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m ParetoNBD) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m ParetoNBD) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *ParetoNBD) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = ParetoNBD{fit: f}.at(p)
	return nil
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m BGBB) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m BGBB) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m BGBB) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *BGBB) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = BGBB{fit: f}.at(p)
	return nil
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m SBG) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m SBG) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m SBG) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *SBG) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = SBG{fit: f}.at(p)
	return nil
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m BdW) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m BdW) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m BdW) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *BdW) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = BdW{fit: f}.at(p)
	return nil
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m GammaGamma) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// String is the report for people.
func (m GammaGamma) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and, of a fitted one, the report and
// the covariance of the logs of the parameters.
func (m GammaGamma) MarshalJSON() ([]byte, error) { return writeModel(m, m.theta(), m.fit) }

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *GammaGamma) UnmarshalJSON(data []byte) error {
	p, f, err := readModel(m, data)
	if err != nil {
		return err
	}
	*m = GammaGamma{fit: f}.at(p)
	return nil
}
