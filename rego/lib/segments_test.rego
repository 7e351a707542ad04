package lapse.lib.segments_test

import data.lapse.lib.segments

_fits := [
	["repo:acme/shop:ref:refs/heads/main", "repo:acme/shop:ref:refs/heads/main"],
	["repo:acme/*:ref:refs/heads/main", "repo:acme/shop:ref:refs/heads/main"],
	["repo:acme/shop:ref:refs/heads/release-*", "repo:acme/shop:ref:refs/heads/release-1"],
	["repo:acme/shop:ref:refs/heads/*-hotfix", "repo:acme/shop:ref:refs/heads/1-hotfix"],
	["repo:acme/a*z:x", "repo:acme/abz:x"],
	["*shop*", "my-shop-1"],
	["a*b*c", "a1b2c"],
	["repo:acme/**", "repo:acme/shop:ref:refs/heads/main"],
	["repo:acme/**", "repo:acme"],
	["repo:**:main", "repo:acme/shop:main"],
	["repo:acme/shop:**", "repo:acme/shop:ref:refs/heads/main"],
	["**", "anything/at:all"],
	["**:main", "x:main"],
	["*", "one"],
	["public.*", "public.orders"],
	["a*", "a"],
	["[a-z]+?", "[a-z]+?"],
]

_misfits := [
	["repo:acme/*", "repo:acme/shop:ref:refs/heads/main"],
	["repo:acme/*:ref:refs/heads/main", "repo:acme/shop/ref:refs/heads/main"],
	["repo:acme/*:ref:refs/heads/main", "repo:acme/a/b:ref:refs/heads/main"],
	["repo:acme/*:ref:refs/heads/main", "repo:acme-evil/shop:ref:refs/heads/main"],
	["repo:acme/shop", "repo:acme:shop"],
	["repo:acme/shop", "REPO:acme/shop"],
	["repo:acme/shop", "repo:acme/shop "],
	["ab*ba", "aba"],
	["a*b*c", "a1c"],
	["a*", "b"],
	["*a", "b"],
	["**:main", "main"],
	["repo:**:main", "repo:main:x"],
	["a:**:b/c", "a:c"],
	["*", "one:two"],
	["*", "one/two"],
	["[a-z]+", "a"],
	["", ""],
]

test_fits if {
	every pair in _fits {
		segments.match(pair[0], pair[1])
	}
}

test_misfits if {
	every pair in _misfits {
		not segments.match(pair[0], pair[1])
	}
}

test_invalid if {
	every pattern in ["", "**/a/**", "a*b*c*d"] {
		not segments.valid(pattern)
		not segments.match(pattern, pattern)
	}
}

test_valid if {
	every pattern in ["a", "*", "**", "a/**/b", "a*b*c"] {
		segments.valid(pattern)
	}
}
