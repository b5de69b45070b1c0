"""From a run's numbers to the geometry of its figures. Pure: no request, no template, no torch.

Everything is measured in the units of the figure's own view box. Colours and widths are left to the style sheet.
"""
