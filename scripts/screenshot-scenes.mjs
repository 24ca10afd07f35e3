// What the pictures of scripts/screenshot.mjs show: an afternoon in a small town, once in each language of the page.
export const scenes = {
  en: {
    locale: 'en-GB',
    reader: 'Mara',
    people: ['Ann', 'Ben', 'Priya', 'Tom', '林晓'],
    before: 'See you all at the square, then.',
    news: [
      ['Ann', 'Good afternoon! The bells ring at five.'],
      ['Ben', 'Is the tower open to visitors today?'],
      ['Ann', 'From two to five. The last group goes up at half past four: https://belfry.example/tower'],
      ['林晓', '今天下午的风很大，上去请带外套'],
      ['Tom', 'I have two spare tickets for the last group.'],
    ],
    waiting: 'Yes please! I am at the fountain in ten minutes.',
    elsewhere: {
      'bell-ringers': [
        ['Ben', 'Rehearsal moves to seven.'],
        ['Priya', 'Fine with me.'],
        ['Tom', 'Me too.'],
      ],
      market: [['Ann', 'The honey stand is back.']],
      'choir-2026': [],
    },
  },
  zh: {
    locale: 'zh-CN',
    reader: '安然',
    people: ['林晓', '王小明', '陈静', '周航', 'Ann'],
    before: '那我们广场见。',
    news: [
      ['林晓', '大家下午好！集市开到六点，五点整敲钟。'],
      ['王小明', '今天钟楼对游客开放吗？'],
      ['林晓', '两点到五点开放，最后一批四点半上楼：https://belfry.example/tower'],
      ['Ann', 'It is windy up there today, take a jacket'],
      ['周航', '我多了两张四点半的票，有人要吗？'],
    ],
    waiting: '要！我十分钟后到喷泉旁边。',
    elsewhere: {
      'bell-ringers': [
        ['王小明', '排练改到七点。'],
        ['陈静', '可以。'],
        ['周航', '我也可以。'],
      ],
      market: [['林晓', '卖蜂蜜的摊位回来了。']],
      'choir-2026': [],
    },
  },
};
