package png

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// node is an element of a picture.
type node struct {
	name  string
	attrs map[string]string
	text  string
	kids  []*node
}

// known are the elements of a picture and the attributes that change how they
// look; others are for those who cannot see it.
var known = map[string]string{
	"svg":    "xmlns id class viewBox width height role aria-labelledby aria-describedby lang direction font-family font-size",
	"title":  "id",
	"desc":   "id",
	"style":  "",
	"g":      "class text-anchor font-size",
	"rect":   "class x y width height rx",
	"line":   "class x1 y1 x2 y2 stroke-width stroke-dasharray",
	"circle": "class cx cy r stroke-width stroke-dasharray",
	"path":   "class d stroke-width stroke-dasharray transform",
	"text":   "class x y font-size font-weight text-anchor direction textLength lengthAdjust",
}

func parse(picture []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(picture))
	top := &node{}
	stack := []*node{top}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPicture, err)
		}
		last := stack[len(stack)-1]
		switch e := token.(type) {
		case xml.StartElement:
			n, err := element(e)
			if err != nil {
				return nil, err
			}
			last.kids = append(last.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			last.text += string(e)
		}
	}
	if len(top.kids) != 1 || top.kids[0].name != "svg" {
		return nil, fmt.Errorf("%w: want one svg element", ErrPicture)
	}
	return top.kids[0], nil
}

func element(e xml.StartElement) (*node, error) {
	n := &node{name: e.Name.Local, attrs: map[string]string{}}
	attrs, ok := known[n.name]
	if !ok {
		return nil, fmt.Errorf("%w: element %q", ErrPicture, n.name)
	}
	for _, a := range e.Attr {
		if !strings.Contains(" "+attrs+" ", " "+a.Name.Local+" ") {
			return nil, fmt.Errorf("%w: attribute %q of %q", ErrPicture, a.Name.Local, n.name)
		}
		n.attrs[a.Name.Local] = a.Value
	}
	return n, nil
}

// number is an attribute; what is none is 0.
func (n *node) number(name string) float64 {
	v, err := strconv.ParseFloat(n.attrs[name], 64)
	if err != nil || v != v || v > 1e9 || v < -1e9 {
		return 0
	}
	return v
}

var (
	ruleOf = regexp.MustCompile(`\.lc ([^{}]*)\{fill:([^;{}]*);stroke:([^{}]*)\}`)
	nameOf = regexp.MustCompile(`^\.([a-z0-9]+)$`)
)

// paint is fill and stroke of a class, empty for none.
type paint struct{ fill, stroke string }

// styles are the colours by class; those of plain texts have the name "text".
type styles map[string]paint

func readStyle(root *node, dark bool) styles {
	s := styles{}
	for _, k := range root.kids {
		if k.name != "style" {
			continue
		}
		light, night, _ := strings.Cut(k.text, "@media (prefers-color-scheme:dark){")
		s.read(light)
		if dark {
			s.read(night)
		}
	}
	return s
}

func (s styles) read(css string) {
	for _, m := range ruleOf.FindAllStringSubmatch(css, -1) {
		p := paint{colourOf(m[2]), colourOf(m[3])}
		for name := range strings.SplitSeq(m[1], ",") {
			name = strings.TrimPrefix(strings.TrimSpace(name), ".lc ")
			switch n := nameOf.FindStringSubmatch(name); {
			case name == "text":
				s["text"] = p
			case n != nil:
				s[n[1]] = p
			}
		}
	}
}

func colourOf(s string) string {
	if s == "none" {
		return ""
	}
	return s
}
