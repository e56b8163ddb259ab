package ledger

import "fmt"

// Cause says why a subscription's charge changed. It informs and never decides:
// the kind of a movement follows from the amounts alone.
type Cause uint8

// The causes a change may carry. Mixed is only ever reported, by a movement
// whose changes had different causes.
const (
	CauseUnknown Cause = iota
	CauseStart
	CausePrice
	CauseQuantity
	CausePlan
	CauseAddOn
	CauseDiscount
	CauseUsage
	CauseTrial
	CausePause
	CauseResume
	CauseCancel
	CauseNonPayment
	CauseCurrency
	CauseCorrection
	CauseMixed

	causes
)

var causeNames = [...]string{
	"unknown", "start", "price", "quantity", "plan", "add-on", "discount", "usage",
	"trial", "pause", "resume", "cancel", "non-payment", "currency", "correction", "mixed",
}

// String returns the lower-case name.
func (c Cause) String() string {
	if c < causes {
		return causeNames[c]
	}
	return fmt.Sprintf("Cause(%d)", uint8(c))
}

// MarshalText returns the name.
func (c Cause) MarshalText() ([]byte, error) {
	if c >= causes {
		return nil, fmt.Errorf("ledger: marshal cause: %d is not one of 0 to %d", uint8(c), causes-1)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads a name as String writes it.
func (c *Cause) UnmarshalText(text []byte) error {
	i, ok := indexOf(causeNames[:], text)
	if !ok {
		return fmt.Errorf("ledger: unmarshal cause: %q is not one of %q", clip(string(text)), causeNames)
	}
	*c = Cause(i)
	return nil
}
