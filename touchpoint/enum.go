package touchpoint

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
)

// ErrEnum is returned for a text or number that is none of the values of an enumeration.
var ErrEnum = errors.New("not one of the known values")

// enum is the text form of a small enumeration whose values count from 0.
type enum struct {
	name   string
	values []string
}

func (e *enum) text(v uint8) string {
	if int(v) < len(e.values) {
		return e.values[v]
	}
	return fmt.Sprintf("%s(%d)", e.name, v)
}

func (e *enum) marshal(v uint8) ([]byte, error) {
	if int(v) >= len(e.values) {
		return nil, fmt.Errorf("touchpoint: %s: %w: %d of %d", e.name, ErrEnum, v, len(e.values))
	}
	return []byte(e.values[v]), nil
}

// parse reads a value; empty text is the zero value.
func (e *enum) parse(text string) (uint8, error) {
	if text == "" {
		return 0, nil
	}
	i := slices.Index(e.values, text)
	if i < 0 {
		return 0, fmt.Errorf("touchpoint: %s: %w: want one of %v, got %q", e.name, ErrEnum, e.values, clip(text))
	}
	return uint8(i), nil
}

// scan reads a value from an SQL column of text; NULL is the zero value.
func (e *enum) scan(src any) (uint8, error) {
	switch s := src.(type) {
	case nil:
		return 0, nil
	case string:
		return e.parse(s)
	case []byte:
		return e.parse(string(s))
	default:
		return 0, fmt.Errorf("touchpoint: %s: %w: cannot read %T", e.name, ErrEnum, src)
	}
}

func (e *enum) value(v uint8) (driver.Value, error) {
	text, err := e.marshal(v)
	if err != nil {
		return nil, err
	}
	return string(text), nil
}
