package simulate

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

// Family is a family of distributions of waiting times. The zero Family is
// FamilyFixed.
type Family uint8

// The families.
const (
	FamilyFixed       Family = iota // always the same time
	FamilyExponential               // constant hazard
	FamilyWeibull                   // hazard that rises or falls as a power of time
	FamilyLogNormal                 // the logarithm is normal
	FamilyGamma                     // the sum of exponential waits, continued to any shape
	FamilyEmpirical                 // one of a list of values
)

var families = enum.New[Family]("simulate", "Family", "fixed", "exponential", "weibull", "log-normal", "gamma", "empirical")

// String returns the family's name.
func (f Family) String() string { return families.String(f) }

// MarshalText returns the family's name.
func (f Family) MarshalText() ([]byte, error) { return families.Marshal(f) }

// UnmarshalText reads a family's name.
func (f *Family) UnmarshalText(text []byte) error { return families.Unmarshal(f, text) }

// Value returns the family's name for SQL.
func (f Family) Value() (driver.Value, error) { return families.Value(f) }

// Scan reads a family's name from SQL.
func (f *Family) Scan(src any) error { return families.Scan(f, src) }

// Effect is what doing something changes beside the stage. The zero Effect is
// Nothing.
type Effect uint8

// The effects.
const (
	Nothing   Effect = iota
	Upgrade          // the subscription moves one plan up
	Downgrade        // the subscription moves one plan down
	Pause            // the subscription is suspended for a while
	Refer            // somebody is told, and may arrive
)

var effects = enum.New[Effect]("simulate", "Effect", "nothing", "upgrade", "downgrade", "pause", "refer")

// String returns the effect's name.
func (e Effect) String() string { return effects.String(e) }

// MarshalText returns the effect's name.
func (e Effect) MarshalText() ([]byte, error) { return effects.Marshal(e) }

// UnmarshalText reads an effect's name.
func (e *Effect) UnmarshalText(text []byte) error { return effects.Unmarshal(e, text) }

// Value returns the effect's name for SQL.
func (e Effect) Value() (driver.Value, error) { return effects.Value(e) }

// Scan reads an effect's name from SQL.
func (e *Effect) Scan(src any) error { return effects.Scan(e, src) }

// String is the family with its parameters, such as "weibull(scale 720h0m0s, shape 1.5)".
func (d Dwell) String() string {
	var parts []string
	switch d.Family {
	case FamilyEmpirical:
		parts = append(parts, strconv.Itoa(len(d.Values))+" values")
	case FamilyLogNormal:
		parts = append(parts, "median "+d.Scale.String(), "sigma "+number(d.Shape))
	case FamilyWeibull, FamilyGamma:
		parts = append(parts, "scale "+d.Scale.String(), "shape "+number(d.Shape))
	case FamilyExponential:
		parts = append(parts, "mean "+d.Scale.String())
	default:
		parts = append(parts, d.Scale.String())
	}
	if d.Below > 0 {
		parts = append(parts, "below "+d.Below.String())
	}
	return d.Family.String() + "(" + strings.Join(parts, ", ") + ")"
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// dwellWire is the JSON of a Dwell.
type dwellWire struct {
	Family Family   `json:"family"`
	Scale  string   `json:"scale,omitempty"`
	Shape  float64  `json:"shape,omitempty"`
	Values []string `json:"values,omitempty"`
	Below  string   `json:"below,omitempty"`
}

// MarshalJSON writes the family by name and durations as Go writes them.
func (d Dwell) MarshalJSON() ([]byte, error) {
	w := dwellWire{Family: d.Family, Shape: d.Shape}
	if d.Scale != 0 {
		w.Scale = d.Scale.String()
	}
	if d.Below != 0 {
		w.Below = d.Below.String()
	}
	for _, v := range d.Values {
		w.Values = append(w.Values, v.String())
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Dwell) UnmarshalJSON(data []byte) error {
	var w dwellWire
	if err := jsonin.Decode(data, &w); err != nil {
		return fmt.Errorf("simulate: dwell: %w", err)
	}
	if len(w.Values) > maxValues {
		return fmt.Errorf("simulate: dwell: %d values, at most %d", len(w.Values), maxValues)
	}
	out := Dwell{Family: w.Family, Shape: w.Shape}
	for _, f := range []struct {
		to   *time.Duration
		text string
	}{{&out.Scale, w.Scale}, {&out.Below, w.Below}} {
		if f.text == "" {
			continue
		}
		v, err := time.ParseDuration(f.text)
		if err != nil {
			return fmt.Errorf("simulate: dwell: %w", err)
		}
		*f.to = v
	}
	for _, t := range w.Values {
		v, err := time.ParseDuration(t)
		if err != nil {
			return fmt.Errorf("simulate: dwell: %w", err)
		}
		out.Values = append(out.Values, v)
	}
	*d = out
	return nil
}
