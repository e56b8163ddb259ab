package page

import "github.com/lifecycle-go/lifecycle/internal/svg"

// style colours the page as pictures are, plain colours first.
func style(scheme svg.Scheme) string {
	colours := func(dark bool) string {
		c := func(class svg.Class) string {
			light, night := svg.Colour(class)
			if dark {
				return night
			}
			return light
		}
		return "body{background:" + c(svg.Paper) + ";color:" + c(svg.Ink) + "}" +
			"a{color:" + c(svg.Curve) + "}caption,p{color:" + c(svg.Muted) + "}" +
			"th,td{border-color:" + c(svg.Edge) + "}thead th{background:" + c(svg.Panel) + "}"
	}
	const layout = "body{margin:0;font:14px/1.5 \"Noto Sans\",\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"Noto Sans Arabic\",\"Noto Sans Thai\",sans-serif}" +
		"header,main{max-width:1720px;margin:0 auto;padding:8px 16px}h1{font-size:24px;margin:8px 0}h2{font-size:20px;margin:32px 0 8px}h3{font-size:16px;margin:24px 0 8px}p{margin:4px 0;max-width:80ch}" +
		"nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;list-style:none}nav a{display:inline-block;padding:4px 0}" +
		".skip{position:absolute;inset-inline-start:-9999px}.skip:focus{position:static}" +
		".desk,.phone{margin:8px 0}.desk,.scroll{overflow-x:auto}.desk svg{display:block}.phone{display:none}.phone svg{display:block;max-width:100%;height:auto;margin:0 auto}" +
		"table{border-collapse:collapse;margin:4px 0}caption{text-align:start;padding:4px 0}th,td{border:1px solid;padding:4px 8px;text-align:start;vertical-align:top}tbody th{font-weight:600}summary{cursor:pointer;padding:4px 0}" +
		"@media(max-width:899px){.desk{display:none}.phone{display:block}}"
	const onPaper = "@media print{@page{size:A4 landscape;margin:10mm}body{background:#fff;color:#000}nav,.skip{display:none}.desk{display:block;overflow:visible}.desk svg{width:100%;height:auto}.phone{display:none}.scroll{overflow:visible}.desk,tr{break-inside:avoid}details::details-content{content-visibility:visible;block-size:auto}}"
	s := layout + colours(scheme == svg.Dark)
	if scheme == svg.Auto {
		s += "@media(prefers-color-scheme:dark){" + colours(true) + "}"
	}
	return s + onPaper
}
