"""Tries one thing from within a sandbox and prints in a word what became of it.

What the network refused is "refused" whatever the error, "late" if it took long enough for a person to notice; "silent" is
a packet that nobody answered. Other errors go by their name, such as EPERM.
"""
import codecs, ctypes, errno, os, socket, struct, sys, time

PATIENCE = 3
OUTCOME = '/tmp/outcome'
ENOUGH = '/tmp/enough'
REFUSALS = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM, errno.ECONNRESET}
RCODES = {0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED'}
TYPES = {'A': 1, 'TXT': 16, 'AAAA': 28, 'HTTPS': 65}


def tried(attempt):
    began = time.monotonic()
    try:
        return attempt()
    except TimeoutError:
        return 'silent'
    except socket.gaierror:
        return 'unknown'
    except OSError as e:
        if e.errno not in REFUSALS:
            return errno.errorcode.get(e.errno, str(e))
        return 'refused' if time.monotonic() - began < 1 else 'late'


def family(host):
    return socket.AF_INET6 if ':' in host else socket.AF_INET


def opened(kind, host, port, prepare=lambda s: None):
    with socket.socket(family(host), kind) as s:
        s.settimeout(PATIENCE)
        prepare(s)
        s.connect((host, int(port)))
        if kind == socket.SOCK_DGRAM:
            s.send(b'hello')
            s.recv(100)
        return 'open'


def tcp(host, port):
    return tried(lambda: opened(socket.SOCK_STREAM, host, port))


def udp(host, port):
    return tried(lambda: opened(socket.SOCK_DGRAM, host, port))


def http(host):
    """The body of the page at a name that is resolved by the C library, as any program does."""
    def attempt():
        with socket.create_connection((host, 80), PATIENCE) as s:
            s.send(b'GET / HTTP/1.0\r\n\r\n')
            return s.makefile('rb').read().split(b'\r\n\r\n')[1].decode().strip()
    return tried(attempt)


def icmp(host):
    def attempt():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
            s.settimeout(PATIENCE)
            s.connect((host, 0))
            s.send(struct.pack('!BBHHH', 8, 0, 0, 0, 1))
            s.recv(100)
            return 'open'
    return tried(attempt)


def created(kind, protocol):
    try:
        socket.socket(*kind, protocol).close()
        return 'open'
    except OSError as e:
        return errno.errorcode[e.errno]


def raw():
    return created((socket.AF_INET, socket.SOCK_RAW), socket.IPPROTO_RAW)


def frames():
    return created((socket.AF_PACKET, socket.SOCK_RAW), 0)


def mark(value):
    try:
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, 36, int(value))
            return 'open'
    except OSError as e:
        return errno.errorcode[e.errno]


def tcp_as(user, host, port):
    try:
        os.setuid(int(user))
    except OSError:
        # Then it stays who it is, which must not help it either.
        pass
    return tcp(host, port)


def bind(kind, host, port):
    with socket.socket(family(host), socket.SOCK_DGRAM if kind == 'udp' else socket.SOCK_STREAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            s.bind((host, int(port)))
            return 'open'
        except OSError as e:
            return errno.errorcode[e.errno]


def query(name, kind):
    labels = codecs.decode(name, 'unicode_escape').encode('latin1').split(b'.')
    wire = b''.join(bytes([len(l)]) + l for l in labels if l) + b'\0'
    edns = struct.pack('!BHHIH', 0, 41, 1232, 0, 0)
    return struct.pack('!HHHHHH', 4711, 0x100, 1, 0, 0, 1) + wire + struct.pack('!HH', TYPES[kind], 1) + edns


def skip_name(data, at):
    while data[at]:
        if data[at] >= 0xC0:
            return at + 2
        at += data[at] + 1
    return at + 1


def meaning(data):
    """The response code, the addresses, and the code of an extended error."""
    flags, _, answers, authority, additional = struct.unpack('!5H', data[2:12])
    words = [RCODES.get(flags & 15, str(flags & 15))]
    at = skip_name(data, 12) + 4
    for i in range(answers + authority + additional):
        at = skip_name(data, at)
        kind, _, _, length = struct.unpack('!HHIH', data[at:at + 10])
        rdata = data[at + 10:at + 10 + length]
        at += 10 + length
        if kind in (1, 28) and i < answers:
            words.append(socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, rdata))
        if kind == 41 and rdata[:2] == b'\0\x0f':
            words.append('EDE=%d' % struct.unpack('!H', rdata[4:6]))
    return ' '.join(words)


def exchanged(message, server, port):
    def attempt():
        with socket.socket(family(server), socket.SOCK_DGRAM) as s:
            s.settimeout(PATIENCE)
            s.connect((server, int(port)))
            s.send(message)
            return meaning(s.recv(65535))
    return tried(attempt)


def gateway():
    """Where packets go that have no other way, as the kernel tells."""
    with open('/proc/net/route') as f:
        return next(socket.inet_ntoa(struct.pack('<I', int(row.split()[2], 16)))
                    for row in list(f)[1:] if row.split()[1] == '00000000')


def own_resolver():
    with open('/etc/resolv.conf') as f:
        return next(line.split()[1] for line in f if line.startswith('nameserver'))


def dns(name, kind='A', server=None, port=53):
    return exchanged(query(name, kind), server or own_resolver(), port)


def dns_tcp(name, kind='A', server=None):
    def attempt():
        with socket.create_connection((server or own_resolver(), 53), PATIENCE) as s:
            message = query(name, kind)
            s.send(struct.pack('!H', len(message)) + message)
            data = s.makefile('rb')
            return meaning(data.read(struct.unpack('!H', data.read(2))[0]))
    return tried(attempt)


def dns_damaged(count):
    """Sends what is no query, and then asks as usual."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((own_resolver(), 53))
        good = query('good.example.com', 'A')
        for i in range(int(count)):
            for message in (os.urandom(i % 600), good[:i % len(good)], good + os.urandom(8000), b'\xc0\x0c' * 30,
                            good[:12] + b'\xc0\x0c' + good[-15:], good[:4] + b'\xff\xff' * 4 + good[12:]):
                try:
                    s.send(message)
                except OSError:
                    pass
    return patiently('good.example.com') + ' / ' + patiently('bad.example.com')


def patiently(name):
    """A busy proxy drops messages, and resolvers ask again."""
    results = (dns(name) for _ in range(5))
    return next((result for result in results if result != 'silent'), 'silent')


def dns_tcp_oversized():
    """Announces more than it sends, and sends more than it announces."""
    for message in (b'\xff\xff' + os.urandom(65535), struct.pack('!H', 5) + os.urandom(3000), b'\xff\xffhalf'):
        try:
            with socket.create_connection((own_resolver(), 53), PATIENCE) as s:
                s.sendall(message)
        except OSError:
            pass
    return dns_tcp('good.example.com') + ' / ' + dns_tcp('bad.example.com')


def listening(table, address):
    """The ports at which somebody listens at an IPv4 address, as the kernel tells."""
    wanted = ''.join('%02X' % int(part) for part in reversed(address.split('.')))
    with open('/proc/net/' + table) as f:
        rows = [line.split() for line in list(f)[1:]]
    return [int(row[1].split(':')[1], 16) for row in rows if row[1].split(':')[0] == wanted]


def engine_resolver(name):
    """Asks the resolver of the engine at the port where it really listens."""
    ports = listening('udp', '127.0.0.11')
    return ' / '.join(dns(name, 'A', '127.0.0.11', port) for port in ports) or 'none'


def squat():
    """Tries to take the ports of the sidecar, without a pause until it is enough, and tells how many it got."""
    print('waiting', flush=True)
    took = set()
    last = False
    while not last:
        last = os.path.exists(ENOUGH)
        for port in range(1, 20):
            for kind, host in (('udp', '0.0.0.0'), ('udp', '::'), ('tcp', '0.0.0.0'), ('tcp', '127.0.0.1')):
                if bind(kind, host, port) == 'open':
                    took.add((kind, port))
    return f'took {len(took)}'


def bind_as(user, *ports):
    """As another user, every port that is named."""
    os.setuid(int(user))
    return ' '.join(sorted({bind(kind, host, port) for kind in ('udp', 'tcp') for host in ('0.0.0.0', '::')
                            for port in ports}))


def write(path, text):
    try:
        with open(path, 'w') as f:
            f.write(text)
        return 'open'
    except OSError as e:
        return errno.errorcode[e.errno]


def called(function, *arguments):
    """A function of the C library that answers 0 when it did what it was told."""
    libc = ctypes.CDLL(None, use_errno=True)
    return 'open' if getattr(libc, function)(*arguments) == 0 else errno.errorcode[ctypes.get_errno()]


def packet_filter():
    """Asks the kernel for the rules in force, and so whether it would take others."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as s:
        # All tables: the subsystem is 10, the message 1, and the flags ask for a dump.
        s.send(struct.pack('=IHHIIBBH', 20, 10 << 8 | 1, 0x301, 1, 0, 0, 0, 0))
        length, kind, _, _, _, error = struct.unpack('=IHHIIi', s.recv(65535)[:20])
        return errno.errorcode[-error] if kind == 2 and error else 'open'


def policy_api():
    """What the worker answers whoever has no key."""
    with socket.create_connection(('127.0.0.1', 12), PATIENCE) as s:
        s.send(b'GET /policy HTTP/1.0\r\n\r\n')
        return s.makefile('rb').readline().split()[1].decode()


def user_namespace():
    return called('unshare', 0x10000000)


def remount():
    """Makes the kernel's settings writable."""
    return called('mount', None, b'/proc/sys', None, 0x1020, None)


def rush(host, port, times):
    """The first thing a program does is to connect, again and again."""
    result = ' '.join(sorted({tcp(host, port) for _ in range(int(times))}))
    with open('/tmp/unfinished', 'w') as f:
        f.write(result)
    os.rename('/tmp/unfinished', OUTCOME)
    time.sleep(1000)


def outcome():
    """What became of the rush that another process of this sandbox is in."""
    end = time.monotonic() + 30
    while not os.path.exists(OUTCOME) and time.monotonic() < end:
        time.sleep(0.05)
    with open(OUTCOME) as f:
        return f.read()


def talk(host, port):
    """Keeps one connection open until it is enough, and says whether it was cut before."""
    with socket.create_connection((host, int(port)), PATIENCE) as s:
        s.settimeout(PATIENCE)
        print('talking', flush=True)
        last = False
        while not last:
            last = os.path.exists(ENOUGH)
            try:
                s.send(b'x')
                if not s.recv(1):
                    return 'cut'
            except OSError:
                return 'cut'
            time.sleep(0.02)
    return 'open'


def enough():
    """Ends what goes on in this sandbox, after one try more."""
    with open(ENOUGH, 'w'):
        return 'enough'


def watch(host, port):
    """Connects without a pause until it is enough, and tells every result there was, also if it is killed meanwhile."""
    print('watching', flush=True)
    seen = set()
    last = False
    while not last:
        last = os.path.exists(ENOUGH)
        results = {tcp(host, port), udp(host, 9)}
        if not results <= seen:
            seen |= results
            print(*sorted(seen), flush=True)
    return ' '.join(sorted(seen))


def each(*probes):
    """Several things, one after the other, each written as one word after the other."""
    words = [probe.split() for probe in probes]
    return ', '.join(globals()[name](*arguments) for name, *arguments in words)


print(globals()[sys.argv[1]](*sys.argv[2:]), flush=True)
