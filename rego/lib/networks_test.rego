package lapse.lib.networks_test

import data.lapse.lib.networks

test_admits if {
	networks.admits(["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.7")
	networks.admits(["2001:db8::/32"], "2001:db8::1")
	networks.admits([], "198.51.100.1")
	not networks.admits(["10.0.0.0/8"], "198.51.100.1")
}

test_overlap if {
	networks.overlap({["10.0.0.0/8"], ["10.1.0.0/16", "192.0.2.0/24"]}) == {"10.1.0.0/16"}
	networks.overlap({["10.0.0.0/8"], []}) == {"10.0.0.0/8"}
	networks.overlap({["10.0.0.0/8"], ["192.0.2.0/24"]}) == set()
	networks.overlap({[]}) == set()
	networks.overlap({["10.1.0.0/16"], ["10.0.0.0/8"], ["10.1.2.0/24", "10.9.0.0/16"]}) == {"10.1.2.0/24"}
}
