package touchpoint

import (
	"database/sql/driver"
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Touchpoint is a planned meeting of customer and company: the model that a
// journey map is drawn from, not something that happened (that is Event).
//
// It answers what the customer and the company want here, what each of them
// does, what gets in the way, how the customer should feel, what should come of
// it for each side, and what it does to the decision. It is a value; the zero value is an empty draft that
// does not validate.
type Touchpoint struct {
	// Name identifies the touchpoint in its catalogue.
	Name string `json:"name"`
	// Channel is where it takes place.
	Channel Channel `json:"channel,omitempty"`
	// Contact says whether the company itself meets the customer.
	Contact Contact `json:"contact"`

	// CustomerGoal is what the customer wants to get done.
	CustomerGoal string `json:"customer_goal"`
	// CompanyGoal is what the company wants to achieve.
	CompanyGoal string `json:"company_goal"`
	// CustomerActions and CompanyActions are what each side does, in order.
	CustomerActions []string `json:"customer_actions,omitempty"`
	CompanyActions  []string `json:"company_actions,omitempty"`
	// PainPoints are what gets in the customer's way here.
	PainPoints []string `json:"pain_points,omitempty"`

	// Feeling is how the customer is expected to feel.
	Feeling Feeling `json:"feeling"`
	// CustomerOutcome and CompanyOutcome are what should be true afterwards for
	// each side.
	CustomerOutcome string `json:"customer_outcome"`
	CompanyOutcome  string `json:"company_outcome"`
	// DecisionEffect is what it does to the decision to buy, to stay or to
	// leave, EmotionEffect what it does to how the customer feels.
	DecisionEffect string `json:"decision_effect,omitempty"`
	EmotionEffect  string `json:"emotion_effect,omitempty"`

	// Owner is the role accountable for it, Teams those who contribute.
	Owner string   `json:"owner"`
	Teams []string `json:"teams,omitempty"`
	// Begins says that a customer's contact may begin here, Ends that it may end
	// here, whatever leads to it and wherever it leads.
	Begins bool `json:"begins,omitempty"`
	Ends   bool `json:"ends,omitempty"`
	// LeadsTo names the touchpoints that may follow.
	LeadsTo []string `json:"leads_to,omitempty"`

	// Stages names the journey stages in which it occurs; may be empty.
	Stages []string `json:"stages,omitempty"`
	// Events names the events by which a Log shows that it happened; may be
	// empty.
	Events []string `json:"events,omitempty"`
}

// Contact says who meets the customer. The zero value is unknown.
type Contact uint8

// Direct contact is with the company's own people, product or messages;
// indirect contact is through others: reviews, press, peers, a community.
const (
	ContactUnknown Contact = iota
	ContactDirect
	ContactIndirect
)

var contacts = enum.New[Contact]("touchpoint", "Contact", "unknown", "direct", "indirect")

// String returns the name of the contact.
func (c Contact) String() string { return contacts.String(c) }

// MarshalText returns the name of the contact.
func (c Contact) MarshalText() ([]byte, error) { return contacts.Marshal(c) }

// UnmarshalText reads the name of a contact.
func (c *Contact) UnmarshalText(text []byte) error { return contacts.Unmarshal(c, text) }

// Scan reads the name of a contact from an SQL column; NULL is the zero value.
func (c *Contact) Scan(src any) error { return contacts.Scan(c, src) }

// Value returns the name of the contact for an SQL column.
func (c Contact) Value() (driver.Value, error) { return contacts.Value(c) }

// Feeling is how a customer feels, from -2 (very unhappy) to +2 (very happy);
// the zero value is neutral.
type Feeling int8

// The five feelings.
const (
	VeryUnhappy Feeling = -2
	Unhappy     Feeling = -1
	Neutral     Feeling = 0
	Happy       Feeling = 1
	VeryHappy   Feeling = 2
)

// Valid reports whether f is on the scale.
func (f Feeling) Valid() bool { return f >= VeryUnhappy && f <= VeryHappy }

// String returns the feeling in words.
func (f Feeling) String() string {
	if !f.Valid() {
		return fmt.Sprintf("feeling %d", int8(f))
	}
	return [...]string{"very unhappy", "unhappy", "neutral", "happy", "very happy"}[f+2]
}
