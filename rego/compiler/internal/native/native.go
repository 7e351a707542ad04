// Package native says which builtins OPA's WASM runtime has in C. (OPA keeps the table in internal/compiler/wasm.)
package native

// Fallible names the C function of each builtin that can lack a value. The older names of two of them are below.
var Fallible = map[string]string{
	"abs":                      "opa_arith_abs",
	"all":                      "opa_agg_all",
	"and":                      "opa_set_intersection",
	"any":                      "opa_agg_any",
	"array.concat":             "opa_array_concat",
	"array.flatten":            "opa_array_flatten",
	"array.reverse":            "opa_array_reverse",
	"array.slice":              "opa_array_slice",
	"base64.encode":            "opa_base64_encode",
	"base64url.encode":         "opa_base64_url_encode",
	"bits.and":                 "opa_bits_and",
	"bits.lsh":                 "opa_bits_shiftleft",
	"bits.negate":              "opa_bits_negate",
	"bits.or":                  "opa_bits_or",
	"bits.rsh":                 "opa_bits_shiftright",
	"bits.xor":                 "opa_bits_xor",
	"ceil":                     "opa_arith_ceil",
	"concat":                   "opa_strings_concat",
	"contains":                 "opa_strings_contains",
	"count":                    "opa_agg_count",
	"div":                      "opa_arith_divide",
	"endswith":                 "opa_strings_endswith",
	"floor":                    "opa_arith_floor",
	"graph.reachable":          "builtin_graph_reachable",
	"indexof":                  "opa_strings_indexof",
	"internal.template_string": "opa_template_string",
	"intersection":             "opa_sets_intersection",
	"json.marshal":             "opa_json_marshal",
	"lower":                    "opa_strings_lower",
	"max":                      "opa_agg_max",
	"min":                      "opa_agg_min",
	"minus":                    "opa_arith_minus",
	"mul":                      "opa_arith_multiply",
	"numbers.range":            "opa_numbers_range",
	"object.filter":            "builtin_object_filter",
	"object.get":               "builtin_object_get",
	"object.keys":              "builtin_object_keys",
	"object.remove":            "builtin_object_remove",
	"object.union":             "builtin_object_union",
	"object.union_n":           "builtin_object_union_n",
	"or":                       "opa_set_union",
	"plus":                     "opa_arith_plus",
	"product":                  "opa_agg_product",
	"regex.match":              "opa_regex_match",
	"rem":                      "opa_arith_rem",
	"replace":                  "opa_strings_replace",
	"round":                    "opa_arith_round",
	"set_diff":                 "opa_set_diff",
	"sort":                     "opa_agg_sort",
	"split":                    "opa_strings_split",
	"startswith":               "opa_strings_startswith",
	"strings.reverse":          "opa_strings_reverse",
	"substring":                "opa_strings_substring",
	"sum":                      "opa_agg_sum",
	"trim":                     "opa_strings_trim",
	"trim_left":                "opa_strings_trim_left",
	"trim_prefix":              "opa_strings_trim_prefix",
	"trim_right":               "opa_strings_trim_right",
	"trim_space":               "opa_strings_trim_space",
	"trim_suffix":              "opa_strings_trim_suffix",
	"union":                    "opa_sets_union",
	"upper":                    "opa_strings_upper",
	"walk":                     "opa_value_transitive_closure",
}

// Condition is what the C code of a builtin can do without going wrong.
type Condition struct {
	Operand int
	Is      Kind
}

// Kind is a kind of value in the runtime's memory.
type Kind int

const (
	// Array is an array.
	Array Kind = iota
	// NonEmptyString is a string with something in it; what is no string at all fails later.
	NonEmptyString
)

// Conditional says when a fallible builtin is right; otherwise the host is asked at once. C joins the members of a set in no
// order, takes objects for arrays, replaces nothing without end, and finds nothing where OPA has an error.
var Conditional = map[string]Condition{
	"concat":         {1, Array},
	"indexof":        {1, NonEmptyString},
	"object.union_n": {0, Array},
	"replace":        {1, NonEmptyString},
}

// Result is what of the results of a builtin counts.
type Result int

const (
	// Any counts.
	Any Result = iota
	// Integer counts, of whatever size.
	Integer
	// SmallInteger counts, which the runtime does not keep as text.
	SmallInteger
)

// Decimal says so for fallible builtins that compute in decimal where OPA computes in binary: they agree on integers, and
// quotients only on small ones, since the others were rounded. For any other result the host is asked.
var Decimal = map[string]Result{
	"abs":     Integer,
	"div":     SmallInteger,
	"minus":   Integer,
	"mul":     Integer,
	"plus":    Integer,
	"product": Integer,
	"sum":     Integer,
}

// Deficient names the C function of each builtin that gives a value where OPA has another one, or an error, or that
// corrupts memory: it takes "10.0.0.0/8" for JSON, say. They are the host's.
var Deficient = map[string]string{
	"base64.decode":                    "opa_base64_decode",
	"base64.is_valid":                  "opa_base64_is_valid",
	"base64url.decode":                 "opa_base64_url_decode",
	"format_int":                       "opa_strings_format_int",
	"glob.match":                       "opa_glob_match",
	"json.filter":                      "builtin_json_filter",
	"json.is_valid":                    "opa_json_is_valid",
	"json.remove":                      "builtin_json_remove",
	"json.unmarshal":                   "opa_json_unmarshal",
	"net.cidr_contains":                "opa_cidr_contains",
	"net.cidr_intersects":              "opa_cidr_intersects",
	"regex.find_all_string_submatch_n": "opa_regex_find_all_string_submatch",
	"regex.is_valid":                   "opa_regex_is_valid",
	"strings.replace_n":                "opa_strings_replace_n",
	"to_number":                        "opa_to_number",
}

// Those that always have a value, older names of fallible ones, and what compiling takes away.
var others = map[string]bool{
	"equal":               true,
	"gt":                  true,
	"gte":                 true,
	"internal.member_2":   true,
	"internal.member_3":   true,
	"is_array":            true,
	"is_boolean":          true,
	"is_null":             true,
	"is_number":           true,
	"is_object":           true,
	"is_set":              true,
	"is_string":           true,
	"lt":                  true,
	"lte":                 true,
	"neq":                 true,
	"net.cidr_overlap":    true,
	"re_match":            true,
	"type_name":           true,
	"assign":              true,
	"eq":                  true,
	"internal.print":      true,
	"print":               true,
	"rego.metadata.chain": true,
	"rego.metadata.rule":  true,
}

// Has says whether a policy calls the builtin without its host.
func Has(name string) bool {
	_, fallible := Fallible[name]
	return fallible || others[name]
}
