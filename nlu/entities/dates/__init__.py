"""Days as citizens name them: ranges with the precision that was said.

How a word becomes days, where the word itself leaves room:

- a month's beginning, middle and end (月初, 中旬, 月底) are its thirds: 1-10, 11-20, 21-last;
- a year's beginning (年初) is January and February, its middle June and July, its end December;
- N months or years ago is that whole calendar month or year, N weeks ago that week from Monday;
  with 多 it lies between the two days (两个多月前: from three to two months before today);
- a festival alone is its day, the long ones (春节, 国庆, 五一) all days off of that year;
  before or after it is the month before or after its day;
- a month, day or festival without a year is the latest that has begun; only 明年, 下个月 and their
  like lie ahead. A year alone is the whole year, and nothing ever stands for 1 January.
"""
