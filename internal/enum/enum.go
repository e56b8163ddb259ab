// Package enum is the text of enumerations: one table of names per type serves
// String, MarshalText, UnmarshalText and SQL's Value and Scan, so that no two
// types read or write their names by different rules.
//
// A type declares its table once and forwards five one-line methods:
//
//	var kinds = enum.New[Kind]("ledger", "Kind", "", "new", "expansion")
//
//	func (k Kind) String() string                   { return kinds.String(k) }
//	func (k Kind) MarshalText() ([]byte, error)     { return kinds.Marshal(k) }
//	func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
//	func (k Kind) Value() (driver.Value, error)     { return kinds.Value(k) }
//	func (k *Kind) Scan(src any) error              { return kinds.Scan(k, src) }
package enum

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Names is the table of one type. It is a value that nothing writes to.
type Names[E ~uint8] struct {
	pkg, typ string
	names    []string
}

// New makes the table of type typ of package pkg; names stand in the order of
// the values, from 0.
func New[E ~uint8](pkg, typ string, names ...string) Names[E] {
	return Names[E]{pkg: pkg, typ: typ, names: names}
}

// Len is the number of values.
func (n Names[E]) Len() int { return len(n.names) }

// Has reports whether e is one of the values.
func (n Names[E]) Has(e E) bool { return int(e) < len(n.names) }

// String is the name of e, and "Kind(9)" for what is no value.
func (n Names[E]) String(e E) string {
	if n.Has(e) {
		return n.names[e]
	}
	return n.typ + "(" + strconv.Itoa(int(e)) + ")"
}

// Marshal is the name of e, or an error that wraps fault.ErrUnknown.
func (n Names[E]) Marshal(e E) ([]byte, error) {
	if !n.Has(e) {
		return nil, n.unknown("marshal", strconv.Itoa(int(e)))
	}
	return []byte(n.names[e]), nil
}

// Unmarshal sets e to the value of that name. Where no name is like it, e stays
// as it was and the error wraps fault.ErrUnknown.
func (n Names[E]) Unmarshal(e *E, name []byte) error {
	for i, s := range n.names {
		if s == string(name) {
			*e = E(i)
			return nil
		}
	}
	return n.unknown("unmarshal", text.Quote(string(name)))
}

// Value is the name of e for an SQL column of text.
func (n Names[E]) Value(e E) (driver.Value, error) {
	b, err := n.Marshal(e)
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// Scan reads a name from an SQL column; NULL is the zero value.
func (n Names[E]) Scan(e *E, src any) error {
	switch s := src.(type) {
	case nil:
		*e = 0
		return nil
	case string:
		return n.Unmarshal(e, []byte(s))
	case []byte:
		return n.Unmarshal(e, s)
	default:
		return n.unknown("scan", fmt.Sprintf("a %T", src))
	}
}

func (n Names[E]) unknown(op, value string) error {
	return &fault.Error{
		Package: n.pkg, Op: op, Field: n.typ, Value: value,
		Limit: "want one of " + strings.Join(n.quoted(), ", "), Code: "unknown", Err: fault.ErrUnknown,
	}
}

// quoted lists the names; an empty one is written "".
func (n Names[E]) quoted() []string {
	out := make([]string, len(n.names))
	for i, s := range n.names {
		if out[i] = s; s == "" {
			out[i] = `""`
		}
	}
	return out
}
