package clv

// Report is what the fit came to; of a literal, its parameters alone.
func (m BGNBD) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// Report is what the fit came to; of a literal, its parameters alone.
func (m MBGNBD) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// Report is what the fit came to; of a literal, its parameters alone.
func (m ParetoNBD) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// Report is what the fit came to; of a literal, its parameters alone.
func (m BGBB) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// Report is what the fit came to; of a literal, its parameters alone.
func (m SBG) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// Report is what the fit came to; of a literal, its parameters alone.
func (m BdW) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }

// Report is what the fit came to; of a literal, its parameters alone.
func (m GammaGamma) Report() FitReport { return reportOf(m.fit, m.name(), m.names(), m.theta()) }
