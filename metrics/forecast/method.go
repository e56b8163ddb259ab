package forecast

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Method is how a series is continued.
type Method uint8

const (
	// Auto chooses the exponential smoothing model with the lowest AICc: of
	// ETSANN, ETSAAN and ETSAAdN, and with a season of ETSANA, ETSAAA and
	// ETSAAdA too, these also on logarithms where every value is positive.
	// SeriesOptions.Multiplicative makes it the family of R's ets.
	Auto Method = iota
	// Naive continues the last value: a random walk.
	Naive
	// SeasonalNaive continues the value of a season ago.
	SeasonalNaive
	// Drift continues the line from the first value to the last.
	Drift
	// ETSANN is simple exponential smoothing.
	ETSANN
	// ETSAAN is Holt's linear trend.
	ETSAAN
	// ETSAAdN is the trend that is damped.
	ETSAAdN
	// ETSANA is a level with an additive season.
	ETSANA
	// ETSAAA is Holt's trend with an additive season.
	ETSAAA
	// ETSAAdA is the damped trend with an additive season.
	ETSAAdA
	// Theta is Assimakopoulos and Nikolopoulos' method: simple smoothing with
	// half the trend of the whole, on a series that is adjusted for a
	// multiplicative season where it has one.
	Theta
	// Holt is the linear trend with fixed starting values, the level the
	// second and the slope the difference of the first two, as textbooks and
	// R's HoltWinters have it.
	Holt
	// HoltWinters is Holt with a multiplicative season, started from the first
	// two seasons as R does.
	HoltWinters
	// ETSMNN is simple exponential smoothing with multiplicative errors: as all
	// whose name begins with M, for values above zero, and with intervals that
	// widen with the level.
	ETSMNN
	// ETSMAN is Holt's linear trend with multiplicative errors.
	ETSMAN
	// ETSMAdN is the damped trend with multiplicative errors.
	ETSMAdN
	// ETSMNA is a level with an additive season, with multiplicative errors.
	ETSMNA
	// ETSMAA is Holt's trend with an additive season, with multiplicative errors.
	ETSMAA
	// ETSMAdA is the damped trend with an additive season, with multiplicative
	// errors.
	ETSMAdA
	// ETSMNM is a level with a multiplicative season, of at most 24 points as in
	// R, with multiplicative errors.
	ETSMNM
	// ETSMAM is Holt's trend with a multiplicative season and errors.
	ETSMAM
	// ETSMAdM is the damped trend with a multiplicative season and errors.
	ETSMAdM
)

// form is what an exponential smoothing model has: a trend, which may be
// damped, a season, which may be a factor, and errors, which may be relative.
type form struct{ relative, trend, damped, season, times bool }

var forms = map[Method]form{
	ETSANN: {}, ETSAAN: {trend: true}, ETSAAdN: {trend: true, damped: true},
	ETSANA: {season: true}, ETSAAA: {trend: true, season: true}, ETSAAdA: {trend: true, damped: true, season: true},
	ETSMNN:  {relative: true},
	ETSMAN:  {relative: true, trend: true},
	ETSMAdN: {relative: true, trend: true, damped: true},
	ETSMNA:  {relative: true, season: true},
	ETSMAA:  {relative: true, trend: true, season: true},
	ETSMAdA: {relative: true, trend: true, damped: true, season: true},
	ETSMNM:  {relative: true, season: true, times: true},
	ETSMAM:  {relative: true, trend: true, season: true, times: true},
	ETSMAdM: {relative: true, trend: true, damped: true, season: true, times: true},
}

var methods = enum.New[Method]("forecast", "Method", "auto", "naive", "seasonal-naive", "drift",
	"ets-ann", "ets-aan", "ets-aadn", "ets-ana", "ets-aaa", "ets-aada", "theta", "holt", "holt-winters",
	"ets-mnn", "ets-man", "ets-madn", "ets-mna", "ets-maa", "ets-mada", "ets-mnm", "ets-mam", "ets-madm")

// String is the name, such as "ets-aan".
func (m Method) String() string { return methods.String(m) }

// MarshalText writes the name.
func (m Method) MarshalText() ([]byte, error) { return methods.Marshal(m) }

// UnmarshalText reads a name as String writes it.
func (m *Method) UnmarshalText(text []byte) error { return methods.Unmarshal(m, text) }

// Value stores the name.
func (m Method) Value() (driver.Value, error) { return methods.Value(m) }

// Scan reads a name; NULL is Auto.
func (m *Method) Scan(src any) error { return methods.Scan(m, src) }

// seasonal reports whether the method cannot do without a season.
func (m Method) seasonal() bool {
	return m == SeasonalNaive || m == HoltWinters || forms[m].season
}
