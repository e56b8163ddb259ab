package sqldb

import (
	"fmt"
	"strconv"
	"strings"
)

// Rows writes a table whose columns are column1, column2 and so on, one of each
// kind, and gives the parameters it takes, the first of them numbered from. args
// has the rows one after another.
//
// Postgres gets an array for each column, so the statement is the same however
// many rows there are, and is planned once; what is long, as bytes are, is one
// parameter that is cut into pieces there. SQLite gets a list of values.
func (s Schema) Rows(b *strings.Builder, from int, args []any, kinds ...string) []any {
	if s.Dialect == SQLite {
		s.Values(b, from, len(args)/len(kinds), kinds...)
		return args
	}
	var columns, arrays, names strings.Builder
	params := make([]any, 0, 2*len(kinds))
	array := func(kind, name, text string) {
		if arrays.Len() > 0 {
			arrays.WriteString(", ")
			names.WriteString(", ")
		}
		arrays.WriteString("CAST($" + strconv.Itoa(from+len(params)) + " AS " + kind + "[])")
		names.WriteString(name)
		params = append(params, text)
	}
	for i, kind := range kinds {
		name := "column" + strconv.Itoa(i+1)
		if i > 0 {
			columns.WriteString(", ")
		}
		if kind != Bytes {
			columns.WriteString(name)
			array(kind, name, column(args, i, len(kinds)))
			continue
		}
		all, starts, sizes := joined(args, i, len(kinds))
		at, size := "at"+strconv.Itoa(i+1), "size"+strconv.Itoa(i+1)
		array("int", at, starts)
		array("int", size, sizes)
		columns.WriteString("substring(CAST($" + strconv.Itoa(from+len(params)) + " AS bytea) FROM " + at + " FOR " + size + ") AS " + name)
		params = append(params, all)
	}
	b.WriteString("(SELECT " + columns.String() + " FROM unnest(" + arrays.String() + ") AS u(" + names.String() + "))")
	return params
}

// column is every width-th value from first on, as Postgres writes an array.
func column(args []any, first, width int) string {
	b := make([]byte, 0, 2+len(args)/width*12)
	b = append(b, '{')
	for i := first; i < len(args); i += width {
		if i > first {
			b = append(b, ',')
		}
		switch v := args[i].(type) {
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case string:
			b = appendQuoted(b, v)
		case nil:
			b = append(b, "NULL"...)
		default:
			b = appendQuoted(b, fmt.Sprint(v))
		}
	}
	return string(append(b, '}'))
}

func appendQuoted(b []byte, text string) []byte {
	b = append(b, '"')
	for i := range len(text) {
		if text[i] == '"' || text[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, text[i])
	}
	return append(b, '"')
}

// joined is every width-th value from first on, one after another, and arrays of
// where each starts, counted from 1, and of its size, NULL for none.
func joined(args []any, first, width int) (all []byte, starts, sizes string) {
	n := 0
	for i := first; i < len(args); i += width {
		v, _ := args[i].([]byte)
		n += len(v)
	}
	all = make([]byte, 0, n)
	from, size := []byte{'{'}, []byte{'{'}
	for i := first; i < len(args); i += width {
		if i > first {
			from, size = append(from, ','), append(size, ',')
		}
		from = strconv.AppendInt(from, int64(len(all))+1, 10)
		if v, _ := args[i].([]byte); v != nil {
			size = strconv.AppendInt(size, int64(len(v)), 10)
			all = append(all, v...)
		} else {
			size = append(size, "NULL"...)
		}
	}
	return all, string(append(from, '}')), string(append(size, '}'))
}
